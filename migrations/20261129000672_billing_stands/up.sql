-- Whether a bill stays open and takes payments after its time is over: what was used is owed however late.
ALTER TABLE billing.bills ADD COLUMN stands boolean NOT NULL DEFAULT false;
