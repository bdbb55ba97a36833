DROP FUNCTION IF EXISTS audit.journals();
DROP FUNCTION IF EXISTS audit.journals_with_work(timestamptz);
DROP TABLE audit.tree_heads;
DROP TABLE audit.checkpoints;
DROP TABLE audit.log;
DROP TABLE audit.outbox;
