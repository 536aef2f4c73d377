export { platformOption } from './platform-option.ts'
export { PlatformDocumentError, type PlatformSource } from './platform-source.ts'
