-- Newest first a page at a time, of one state or of all: a place in the list is a place in the index.
DROP INDEX notice_made;
DROP INDEX notice_state;
CREATE INDEX notice_page ON notice (made_at, request_id, event, recipient);
CREATE INDEX notice_page_of_state ON notice (state, made_at, request_id, event, recipient);
