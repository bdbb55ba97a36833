ALTER TABLE notice.messages DROP COLUMN not_after;
