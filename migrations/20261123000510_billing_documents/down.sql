DROP TABLE billing.documents;
DROP TABLE billing.document_series;
DROP TABLE billing.issuers;
