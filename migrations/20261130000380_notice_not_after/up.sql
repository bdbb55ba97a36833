-- The moment from which a message says what is not so any more: what has not gone by then is given up
ALTER TABLE notice.messages ADD COLUMN not_after timestamptz;
