-- Until when a bill takes payments after its deadline, when that is longer: the deadline that is told stays.
ALTER TABLE billing.bills ADD COLUMN open_until timestamptz;
