-- A guest who lost the code of an application asks for another: how often an address is written to is counted with everybody's.
GRANT SELECT, INSERT, UPDATE ON patron.throttles TO svc_course;
