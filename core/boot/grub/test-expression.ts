import { WireError } from '../../bytes/index.ts'

/** What `[ -e … ]` and its kin ask of a disk: the size of a file, `folder`, or undefined where there is nothing. */
export type LookUp = (path: string) => number | 'folder' | undefined

const ofText: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['-z', (text) => text === ''],
  ['-n', (text) => text !== ''],
])
const ofFile: ReadonlyMap<string, (found: ReturnType<LookUp>) => boolean> = new Map([
  ['-e', (found) => found !== undefined],
  ['-f', (found) => typeof found === 'number'],
  ['-d', (found) => found === 'folder'],
  ['-s', (found) => typeof found === 'number' && found > 0],
])
const ofTwo: ReadonlyMap<string, (left: string, right: string) => boolean> = new Map([
  ['=', (left, right) => left === right],
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['<', (left, right) => left < right],
  ['>', (left, right) => left > right],
  ['-eq', (left, right) => Number(left) === Number(right)],
  ['-ne', (left, right) => Number(left) !== Number(right)],
  ['-lt', (left, right) => Number(left) < Number(right)],
  ['-gt', (left, right) => Number(left) > Number(right)],
  ['-le', (left, right) => Number(left) <= Number(right)],
  ['-ge', (left, right) => Number(left) >= Number(right)],
])

/**
 * GRUB's command `test` (GRUB manual, 16.3 "test").
 * @throws WireError if it uses what is not predicted.
 */
export function testHolds(words: readonly string[], lookUp: LookUp): boolean {
  const rest = [...words]
  const holds = alternatives(rest, lookUp)
  if (rest.length > 0) throw new WireError(`test: ${rest[0] ?? ''} is not predicted`)
  return holds
}

function alternatives(rest: string[], lookUp: LookUp): boolean {
  let holds = conjunction(rest, lookUp)
  while (rest[0] === '-o') {
    rest.shift()
    const right = conjunction(rest, lookUp)
    holds ||= right
  }
  return holds
}

function conjunction(rest: string[], lookUp: LookUp): boolean {
  let holds = single(rest, lookUp)
  while (rest[0] === '-a') {
    rest.shift()
    const right = single(rest, lookUp)
    holds &&= right
  }
  return holds
}

function single(rest: string[], lookUp: LookUp): boolean {
  const [first, second, third] = rest
  if (first === undefined) return false
  if (first === '!') {
    rest.shift()
    return !single(rest, lookUp)
  }
  const compares = ofTwo.get(second ?? '')
  if (compares !== undefined && third !== undefined) {
    rest.splice(0, 3)
    return compares(first, third)
  }
  const asksText = ofText.get(first)
  const asksFile = ofFile.get(first)
  if (second !== undefined && (asksText !== undefined || asksFile !== undefined)) {
    rest.splice(0, 2)
    return asksText?.(second) ?? asksFile?.(lookUp(second)) ?? false
  }
  rest.shift()
  return first !== ''
}
