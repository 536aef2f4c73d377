import type { ReasonCode } from './verdict.ts'

/** What the fact of a reason rests on. */
export const bases = {
  measured: 'a digest that leads to a quoted PCR',
  quoted: 'what the TPM signed: values of PCRs, its clock',
  vouched: 'what a platform says under a listed key, for this very request',
  recorded: 'what the server itself knows: enrolment, policies, decisions, the connection, the time',
  asked: 'what the machine asks for, under its signature',
} as const
export type Basis = keyof typeof bases

/** For each rule. A text or certificate counts as measured: it is shown only where its digest was. */
export const basisOfReason = {
  'admission/network': 'recorded',
  'admission/platform': 'vouched',
  'admission/platform-claim': 'vouched',
  'admission/platform-age': 'vouched',
  'admission/instance': 'vouched',
  'admission/only-instance': 'vouched',
  'admission/window': 'recorded',
  'admission/approval': 'recorded',
  'admission/disk-only-identity': 'recorded',
  'admission/off-disk-factor': 'recorded',
  'quote/selection': 'quoted',
  'policy/tier': 'recorded',
  'tpm/cleared': 'quoted',
  'log/unexplained': 'quoted',
  'boot/zero-pcr': 'quoted',
  'boot/separator': 'measured',
  'boot/unknown-event': 'measured',
  'boot/cap': 'quoted',
  'pcr/value': 'quoted',
  'component/digest': 'measured',
  'component/text': 'measured',
  'component/unlisted': 'measured',
  'component/overridden': 'measured',
  'secure-boot/enabled': 'measured',
  'secure-boot/authority': 'measured',
  'secure-boot/image': 'measured',
  'secure-boot/dbx': 'measured',
  'secure-boot/sbat-level': 'measured',
  'release/volume-rule': 'asked',
  'release/in-time': 'recorded',
} as const satisfies Record<ReasonCode, Basis>
