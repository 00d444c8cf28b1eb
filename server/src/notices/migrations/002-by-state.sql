CREATE INDEX notice_state ON notice (state, made_at);
