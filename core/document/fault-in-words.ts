import { type DocumentFault } from './read-document.ts'

/** What is wrong, behind the name of the value or key that it is wrong with. */
export function faultInWords({ path, key, isUnknownKey, reason }: Omit<DocumentFault, 'line' | 'column'>): string {
  const where = key === undefined ? path : [...path, key]
  const what = reason.endsWith('received undefined') ? 'missing' : reason.replace(/^Invalid input: /, '')
  return [...(where.length === 0 ? [] : [where.map(String).join('.')]), isUnknownKey ? 'unknown key' : what].join(': ')
}
