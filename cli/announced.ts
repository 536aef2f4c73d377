import { InvalidArgumentError } from 'commander'

/** Digests by bank, as a value of an announcement states them. */
export type Digests = Readonly<Partial<Record<'sha256' | 'sha384' | 'sha512', string>>>
export type Bank = keyof Digests

/** Something that is announced, under the name of a component or the number of a PCR. */
interface Placed<What> {
  readonly where: string
  readonly what: What
}
export type PlacedDigest = Placed<Digests>
export type PlacedText = Placed<string>

/** A file, or a section of an image. */
export interface AnnouncedFile {
  readonly path: string
  readonly section: string | undefined
}
export type PlacedFile = Placed<AnnouncedFile>

type Many<What> = (text: string, before?: readonly What[]) => readonly What[]

const nameForm = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/
const pcrForm = /^(?:[0-9]|1[0-4])$/
const setForm = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}\/[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/
const textForm = /^[\x20-\x7e]{1,4096}$/

const bankOf: Readonly<Record<number, Bank>> = { 64: 'sha256', 96: 'sha384', 128: 'sha512' }
const digestWords = '64, 96 or 128 lower-case hexadecimal digits'

/** The digest with the bank that its length tells. */
function digestsIn(text: string): Digests | undefined {
  const bank = /^[0-9a-f]+$/.test(text) ? bankOf[text.length] : undefined
  return bank === undefined ? undefined : { [bank]: text }
}

/** Reads `where=what`, again and again. What stands behind the first `=` may hold others. */
const placed =
  <What>(where: RegExp, example: string, read: (text: string) => What | undefined): Many<Placed<What>> =>
  (text, before = []) => {
    const at = text.indexOf('=')
    const what = at < 0 || !where.test(text.slice(0, at)) ? undefined : read(text.slice(at + 1))
    if (what === undefined) throw new InvalidArgumentError(`Write it as ${example}.`)
    return [...before, { where: text.slice(0, at), what }]
  }

const listed =
  <What>(advice: string, read: (text: string) => What | undefined): Many<What> =>
  (text, before = []) => {
    const what = read(text)
    if (what === undefined) throw new InvalidArgumentError(advice)
    return [...before, what]
  }

const matching = (form: RegExp) => (text: string) => (form.test(text) ? text : undefined)

function fileIn(text: string): AnnouncedFile | undefined {
  const [, path = text, section] = /^(.+)#(\.[a-z]{1,16})$/s.exec(text) ?? []
  return path === '' ? undefined : { path, section }
}

export const componentDigest = placed(nameForm, `kernel=3f…, with ${digestWords}`, digestsIn)
export const componentFile = placed(nameForm, 'kernel=/boot/vmlinuz, or linux=linux.efi#.linux', fileIn)
export const componentSet = placed(nameForm, 'kernel=debian/kernel, document/set', matching(setForm))
export const componentText = placed(
  nameForm,
  "commandLine='root=/dev/vda2 quiet', in printable ASCII",
  matching(textForm),
)
export const componentTextFile = placed(nameForm, 'commandLine=/etc/kernel/cmdline', fileIn)
export const pcrDigest = placed(pcrForm, `0=3f…, PCRs 0 to 14, with ${digestWords}`, digestsIn)
export const pcrSet = placed(pcrForm, '0=ovmf/pcr0, PCRs 0 to 14, document/set', matching(setForm))
export const authorityDigest = listed(`Give ${digestWords}.`, digestsIn)
export const authoritySet = listed('Write it as document/set.', matching(setForm))
export const announcedName = listed('Give a name: letters, digits, . _ -', matching(nameForm))
export const listedText = listed('Give up to 200 characters.', matching(/^(?=.*\S).{1,200}$/))
export const bankName = listed('Give sha256, sha384 or sha512.', (text): Bank | undefined =>
  Object.values(bankOf).find((bank) => bank === text),
)
