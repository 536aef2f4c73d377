export { faultInWords } from './fault-in-words.ts'
export { type DocumentFault, type ReadDocument, readDocument } from './read-document.ts'
