ALTER TABLE notice.messages DROP COLUMN wording_version;
DROP TABLE notice.wordings;
