import { trimEnd, WireError } from '../bytes/index.ts'
import { encodeUtf16, EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'
import { efiStubEvents } from './efi-stub.ts'
import { combinedArchives, extraArchive } from './extra-archive.ts'
import { imageLoadEvent } from './image-load.ts'
import { parsePeImage, type PeImage, sectionContent } from './pe-image.ts'
import { systemdVersion } from './systemd-magic.ts'

/** PCRs of systemd-stub (UAPI.7). */
const kernelImagePcr = 11
const kernelParametersPcr = 12

/**
 * The sections that systemd-stub measures, in its canonical order, with the version that first did (src/fundamental/uki.h).
 * .pcrsig is not measured: it signs the result.
 */
const measuredSections = [
  { name: '.linux', since: 0 },
  { name: '.osrel', since: 0 },
  { name: '.cmdline', since: 0 },
  { name: '.initrd', since: 0 },
  { name: '.ucode', since: 256 },
  { name: '.splash', since: 0 },
  { name: '.dtb', since: 0 },
  { name: '.uname', since: 253 },
  { name: '.sbat', since: 254 },
  { name: '.pcrpkey', since: 252 },
] as const

/** Sections by which the stub chooses at boot what it uses and measures. */
const unpredictable = ['.profile', '.dtbauto', '.hwids', '.efifw'] as const
/** Sections that the stub passes on as files of the initrd, in its order, with the version that first did. */
const passedOn = [
  { name: '.pcrsig', file: 'tpm2-pcr-signature.json', since: 252 },
  { name: '.pcrpkey', file: 'tpm2-pcr-public-key.pem', since: 252 },
  { name: '.osrel', file: 'os-release', since: 257 },
] as const
const usedSections: ReadonlySet<string> = new Set([...measuredSections, ...passedOn].map(({ name }) => name))
/** From this version the stub also cuts white space off the command line's start. */
const firstVersionTrimmingStart = 254

/** Later stubs load the kernel past the firmware, which then does not measure it, and measure SMBIOS. */
const newestKnownVersion = 257

/** How a UKI is started. */
export interface UkiStart {
  /** Where the log says that it came from. */
  readonly path: string
  /** Load options that the boot entry passes; the stub takes them instead of .cmdline unless Secure Boot is on. */
  readonly commandLine: string | undefined
  readonly secureBoot: boolean
}

/** A unified kernel image: systemd-stub with its sections. */
export interface Uki {
  readonly image: PeImage
  readonly stubVersion: number
  readonly sections: ReadonlyMap<string, Uint8Array>
}

/**
 * Reads a unified kernel image.
 * @throws WireError if it is no PE image, has no kernel or no systemd-stub, or holds what this program cannot predict.
 */
export function parseUki(bytes: Uint8Array): Uki {
  const image = parsePeImage(bytes)
  const names = image.sections.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new WireError('stands twice', [twice])
  const surprise = unpredictable.find((name) => names.includes(name))
  if (surprise !== undefined)
    throw new WireError('the stub chooses by it at boot; its measurement is not predicted', [surprise])
  if (!names.includes('.linux')) throw new WireError('no unified kernel image: it has no kernel', ['.linux'])
  const stubVersion = systemdVersion(image, 'systemd-stub')
  if (stubVersion > newestKnownVersion) throw new WireError(`what systemd-stub ${stubVersion} measures is not known`)
  const sections = new Map(
    image.sections
      .filter(({ name }) => usedSections.has(name))
      .map((section) => [section.name, sectionContent(image, section)]),
  )
  return { image, stubVersion, sections }
}

/**
 * What a UKI's start measures: itself, its sections, a command line from outside, the kernel in it, and what that kernel measures. Under Secure Boot
 * the stub answers for the kernel in place of the firmware, which then does not measure it.
 */
export function ukiEvents(uki: Uki, start: UkiStart): readonly [BootEvent, ...BootEvent[]] {
  const { sections, stubVersion } = uki
  const kernel = parsePeImage(sections.get('.linux') ?? new Uint8Array())
  const embedded = sections.get('.cmdline')
  const isTaken = start.commandLine !== undefined && (embedded === undefined || !start.secureBoot)
  const override = isTaken ? mangled(start.commandLine, stubVersion) : undefined
  return [
    imageLoadEvent(uki.image, start.path),
    ...measuredSections
      .filter(({ since }) => stubVersion >= since)
      .flatMap(({ name }) => sectionEvents(name, sections.get(name))),
    ...(override === undefined ? [] : [dataEvent(kernelParametersPcr, EV.IPL, encodeUtf16(`${override}\0`))]),
    ...(start.secureBoot ? [] : [imageLoadEvent(kernel, '')]),
    ...efiStubEvents({
      commandLine:
        override ?? (embedded === undefined ? undefined : mangled(embeddedCommandLine(embedded), stubVersion)),
      initrd: initrdOf(uki),
    }),
  ]
}

/** The stub measures a section's name with its NUL, then its content; the log says the name in UTF-16 both times. */
function sectionEvents(name: string, content: Uint8Array | undefined): readonly BootEvent[] {
  if (content === undefined) return []
  const data = encodeUtf16(`${name}\0`)
  return [[new TextEncoder().encode(`${name}\0`)], [content]].map((measured) => ({
    pcr: kernelImagePcr,
    type: EV.IPL,
    measured,
    data,
  }))
}

/** The embedded command line, up to a NUL. */
function embeddedCommandLine(section: Uint8Array): string {
  const [text = ''] = new TextDecoder().decode(section).split('\0', 1)
  return text
}

/** A command line as the stub passes it on (mangle_stub_cmdline): control characters made spaces, none at its end. */
function mangled(commandLine: string, stubVersion: number): string {
  const spaced = commandLine.replace(/\p{Cc}/gu, (control) => (control < ' ' ? ' ' : control))
  const cut = trimEnd(spaced, ' ')
  return stubVersion >= firstVersionTrimmingStart ? cut.replace(/^ +/, '') : cut
}

/** The initrd as the kernel gets it: microcode, .initrd, and the archives that the stub makes. */
function initrdOf({ sections, stubVersion }: Uki): readonly Uint8Array[] | undefined {
  const embedded = [sections.get('.ucode'), sections.get('.initrd')]
  const made = passedOn
    .filter(({ since }) => stubVersion >= since)
    .map(({ name, file }) => {
      const content = sections.get(name)
      return content === undefined ? undefined : extraArchive(file, content)
    })
  const archives = [...embedded, ...made].filter((archive) => archive !== undefined)
  return archives.length === 0 ? undefined : combinedArchives(archives)
}
