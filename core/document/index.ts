export { type DocumentFault, type ReadDocument, readDocument } from './read-document.ts'
