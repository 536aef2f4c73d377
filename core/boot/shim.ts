import { concat, fromHex, Reader, WireError, Writer } from '../bytes/index.ts'
import { encodeUefiVariable, EV } from '../eventlog/index.ts'
import { type BootEvent, dataEvent } from './boot-event.ts'
import { type PeImage, sectionContent } from './pe-image.ts'

/** What a shim as its vendor made it brings along. */
export interface Shim {
  /** The vendor's certificate (DER): it signs what shim loads. */
  readonly vendorCertificate: Uint8Array
  /** The vendor's list of what must not be loaded. */
  readonly vendorDbx: Uint8Array
  /** The generation of programs that it asks for (SBAT). */
  readonly sbatLevel: Uint8Array
}

const secureBootPcr = 7
const mokPcr = 14
/** SHIM_LOCK_GUID, and the kind of a list of certificates (UEFI 32.4.1.1), as they lie in memory. */
const shimLockGuid = fromHex('50ab5d6046e00043abb63dd810dd8b23')
const x509ListGuid = fromHex('a159c0a5e494a74a87b5ab155c2bf072')
const ownerSize = 16
const listHeaderSize = 28
const derSequence = 0x30
/** Whether the firmware's db is trusted too. */
const trusted = Uint8Array.of(1)

/**
 * Reads the parts of a shim that it measures.
 * @throws WireError if it is none, or one whose vendor trusts more than one certificate.
 */
export function parseShim(image: PeImage): Shim {
  const vendor = contentOf(image, '.vendor_cert')
  const from = new Reader(vendor)
  const [authorizedSize, deniedSize, authorizedOffset, deniedOffset] = [
    from.u32(true),
    from.u32(true),
    from.u32(true),
    from.u32(true),
  ]
  const vendorCertificate = part(vendor, authorizedOffset, authorizedSize)
  if (vendorCertificate[0] !== derSequence) throw new WireError('holds no single certificate', ['.vendor_cert'])
  return {
    vendorCertificate,
    vendorDbx: part(vendor, deniedOffset, deniedSize),
    sbatLevel: parseSbatLevel(contentOf(image, '.sbatlevel')),
  }
}

/** Version 0: the offsets of the automatic and of the newest level, counted from behind the version. */
function parseSbatLevel(section: Uint8Array): Uint8Array {
  const from = new Reader(section)
  if (from.u32(true) !== 0) throw new WireError('of an unknown version', ['.sbatlevel'])
  const text = section.subarray(4 + from.u32(true))
  const end = text.indexOf(0)
  if (end <= 0) throw new WireError('holds no level', ['.sbatlevel'])
  return text.subarray(0, end)
}

/**
 * What shim measures before it loads the next image, on a machine whose owner enrolled no keys of his own: the lists that it passes on, and under
 * Secure Boot the entry by which it accepted that image.
 */
export function shimEvents(
  { vendorCertificate, vendorDbx, sbatLevel }: Shim,
  secureBoot: boolean,
): readonly BootEvent[] {
  const entry = concat(shimLockGuid, vendorCertificate)
  const mokList = new Writer()
    .bytes(x509ListGuid)
    .u32(listHeaderSize + entry.length, true)
    .u32(0, true)
    .u32(ownerSize + vendorCertificate.length, true)
    .bytes(entry)
    .done()
  return [
    mokEvent('MokList', mokList),
    mokEvent('MokListX', vendorDbx),
    authorityEvent('SbatLevel', sbatLevel),
    mokEvent('MokListTrusted', trusted),
    ...(secureBoot ? [authorityEvent('MokListRT', entry)] : []),
  ]
}

function mokEvent(name: string, measured: Uint8Array): BootEvent {
  return { pcr: mokPcr, type: EV.IPL, measured: [measured], data: new TextEncoder().encode(`${name}\0`) }
}

function authorityEvent(name: string, data: Uint8Array): BootEvent {
  return dataEvent(
    secureBootPcr,
    EV.EFI_VARIABLE_AUTHORITY,
    encodeUefiVariable({ vendorGuid: shimLockGuid, name, data }),
  )
}

function contentOf(image: PeImage, name: string): Uint8Array {
  const section = image.sections.find((each) => each.name === name)
  if (section === undefined) throw new WireError('no shim', [name])
  return sectionContent(image, section)
}

function part(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size > bytes.length) throw new WireError('sizes do not fit', ['.vendor_cert'])
  return bytes.subarray(offset, offset + size)
}
