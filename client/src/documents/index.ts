// What documents say of themselves before they are protected: the sensitivity labels that Office keeps inside of them. Metadata that
// anybody can edit: it makes a file mean more here, and its absence proves nothing.

export { readDocument, type DocumentLabels } from './read-document.ts'
