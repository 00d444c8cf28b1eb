-- Newest first a page at a time: both columns in one direction, so that a place in the list is a place in the index.
DROP INDEX approval_request_newest;
CREATE INDEX approval_request_page ON approval_request (requested_at, id);
