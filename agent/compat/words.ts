import { UsageError } from './usage-error.ts'

/** What the words of an option are: such as hold by standing there, and such as have a value. */
type Vocabulary = Readonly<Record<string, 'flag' | 'value'>>

/** The words of one option, as `type=unixio,path=/run/x,terminate` lists them. */
export type Words<V extends Vocabulary> = Readonly<Partial<Record<keyof V, string>>>

/** What a word that could stand alone may also be set to; by any other value it does not hold. */
const meansYes: ReadonlySet<string> = new Set(['true', '1'])

/**
 * Reads the words of an option.
 * @throws UsageError for a word that the option has not, has twice, or has otherwise.
 */
export function readWords<V extends Vocabulary>(option: string, text: string, vocabulary: V): Words<V> {
  const found: Record<string, string> = {}
  for (const word of text.split(',')) {
    const [name = '', ...rest] = word.split('=')
    const kind = Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined
    if (kind === undefined || (kind === 'value' && rest.length === 0))
      throw new UsageError(`Error parsing ${option} options: Unknown option '${word}'`)
    if (name in found) throw new UsageError(`Error parsing ${option} options: '${name}' is given twice`)
    const value = rest.join('=')
    if (kind === 'value' || rest.length === 0 || meansYes.has(value)) found[name] = value
  }
  return found as Words<V>
}

/**
 * A number in decimal, or in octal for the mode of a file.
 * @throws UsageError
 */
export function readNumber(what: string, text: string, { octal = false, max = 0xffffffff } = {}): number {
  const isNumber = octal ? /^0?[0-7]{1,4}$/.test(text) : /^[0-9]{1,10}$/.test(text)
  const value = parseInt(text, octal ? 8 : 10)
  if (!isNumber || value > max) throw new UsageError(`${what}: '${text}' is no number that fits`)
  return value
}
