import { type RE2JS } from 're2js'

/** A pattern that matches in linear time, whatever the text. */
export interface Pattern {
  readonly text: string
  readonly compiled: RE2JS
}

/** What a measured text has to say. Whatever is undefined or empty asks for nothing. */
export interface TextRule {
  /** One of these, letter for letter. */
  readonly equals: readonly string[]
  /** Words that stand in it; where one gives a name its value, no other value of that name may. */
  readonly must: readonly string[]
  /** Names of parameters that do not stand in it, with a value or without. */
  readonly mustNot: readonly string[]
  /** Each word matches one of them as a whole, and so does each piece of a quoted one. */
  readonly words: readonly Pattern[]
  /** The text matches one of them as a whole. */
  readonly matches: readonly Pattern[]
  /** Letter for letter one of these, whatever else is asked. */
  readonly announced?: readonly string[]
  /** Whether nothing but what is announced satisfies it any more. */
  readonly hasEnded?: boolean
}

/**
 * What is wrong with a text, in words; nothing, if it satisfies the rule. What has to be there counts where the kernel itself
 * finds it; what may not be there counts wherever any reader of /proc/cmdline could.
 */
export function faultsOf(text: string, rule: TextRule): readonly string[] {
  const { equals, must, mustNot, words, matches, announced = [], hasEnded = false } = rule
  if (announced.includes(text)) return []
  if (hasEnded) return ['it is another text than what is announced']
  const found = wordsOf(text)
  const pieces = piecesOf(text)
  const allowed = new Map<string, Set<string>>()
  for (const word of must) {
    const name = anyNameOf(word)
    allowed.set(name, (allowed.get(name) ?? new Set<string>()).add(canonical(word)))
  }
  const present = new Set(kernelWords(found).map(canonical))
  const forbidden = new Set(mustNot.map(anyNameOf))
  return [
    ...(equals.length > 0 && !equals.includes(text) ? ['it is another text'] : []),
    ...must.filter((word) => !present.has(canonical(word))).map((word) => `${word} is missing`),
    ...pieces.filter((word) => isAnother(word, allowed)).map((word) => `${shown(word)} is another value`),
    ...pieces
      .filter((word) => forbidden.has(anyNameOf(word)) || forbidden.has(inInitrd(anyNameOf(word))))
      .map((word) => `${shown(word)} is forbidden`),
    ...(words.length === 0
      ? []
      : unmatched(new Set([...found, ...pieces]), words).map((word) => `${shown(word)} matches no pattern`)),
    ...(matches.length > 0 && !matchesWhole(text, matches) ? ['it matches no pattern'] : []),
  ].slice(0, mostFaults)
}

/** A machine measures what it likes: more would fill the record of decisions, and take the server's time to find. */
const mostFaults = 16
const shownLetters = 128

const shown = (word: string): string => (word.length > shownLetters ? `${word.slice(0, shownLetters)}…` : word)

/** The first words that match no pattern. */
function unmatched(words: Iterable<string>, patterns: readonly Pattern[]): readonly string[] {
  const found: string[] = []
  for (const word of words) {
    if (!matchesOne(word, patterns)) found.push(word)
    if (found.length === mostFaults) break
  }
  return found
}

/**
 * A tab and the end of a line part words as a blank does: without the second look a pattern that lets anything but blanks follow
 * (`[^ ]+`) would take another parameter for a part of its word.
 */
function matchesWhole(text: string, patterns: readonly Pattern[]): boolean {
  const inBlanks = text.replaceAll(/[\t\n]/g, ' ')
  return patterns.some(({ compiled }) => compiled.matches(text) && (inBlanks === text || compiled.matches(inBlanks)))
}

function matchesOne(text: string, patterns: readonly Pattern[]): boolean {
  return patterns.some(({ compiled }) => compiled.matches(text))
}

/** The words of a command line as the kernel cuts it: by white space that does not stand in double quotes. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let isQuoted = false
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted
    if (!isQuoted && /\s/.test(letter)) {
      if (word !== '') words.push(word)
      word = ''
    } else word += letter
  }
  return word === '' ? words : [...words, word]
}

/** The words as scripts of an initrd cut them (`for word in $(cat /proc/cmdline)`): quotes hold nothing together. */
function piecesOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((piece) => piece !== '')
}

/** Whether a word gives one of these names a value that is not among those it may have. */
function isAnother(word: string, allowed: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [name, said] = [anyNameOf(word), canonical(word)]
  return allowed.get(name)?.has(said) === false || allowed.get(inInitrd(name))?.has(inInitrd(said)) === false
}

/**
 * What systemd takes a name for in an initrd, where keys are asked for: a parameter behind `rd.` counts there alone
 * (kernel-command-line(7)).
 */
function inInitrd(name: string): string {
  return name.startsWith('rd.') ? name.slice(3) : name
}

/** What the kernel takes for its own parameters: behind `--` all is for init. */
function kernelWords(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => word.replaceAll('"', '') === '--')
  return end < 0 ? words : words.slice(0, end)
}

/** The parameter a word sets for whoever takes quotes for none, wherever they stand, as systemd does. */
function anyNameOf(word: string): string {
  return nameOf(word.replaceAll(/["'\\]/g, ''))
}

/** The parameter a word sets. The kernel takes dashes and underscores in it for the same. */
function nameOf(word: string): string {
  return (word.split('=', 1)[0] ?? '').replaceAll('-', '_')
}

function canonical(word: string): string {
  const at = word.indexOf('=')
  return at < 0 ? nameOf(word) : `${nameOf(word)}${word.slice(at)}`
}

/** What is asked, in words. */
export function wantedOf({ equals, must, mustNot, words, matches, announced = [], hasEnded }: TextRule): string {
  const texts = announced.map((text) => JSON.stringify(text)).join(' or ')
  if (hasEnded === true) return texts === '' ? 'no text: those of the policy have ended' : `the text ${texts}`
  const asked = [
    ...(equals.length > 0 ? [`the text ${equals.map((text) => JSON.stringify(text)).join(' or ')}`] : []),
    ...(must.length > 0 ? [`with ${must.join(' ')}`] : []),
    ...(mustNot.length > 0 ? [`without ${mustNot.join(', ')}`] : []),
    ...(words.length > 0 ? [`each word matching ${patternsText(words)}`] : []),
    ...(matches.length > 0 ? [`matching ${patternsText(matches)}`] : []),
  ]
  return [asked.join('; '), ...(texts === '' ? [] : [`or the text ${texts}`])].join('; ')
}

function patternsText(patterns: readonly Pattern[]): string {
  return patterns.map(({ text }) => `/${text}/`).join(' or ')
}
