import type { PcrBanks } from '../../core/eventlog/index.ts'
import {
  akTemplate,
  ALG,
  encode,
  passwordSession,
  Quote,
  selectPcrs,
  TPMT_SIGNATURE,
  type TPMT_PUBLIC,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { activeBanks, readPcrs } from '../boot/index.ts'
import { createPrimary, flush } from './primary-key.ts'

/** A quote by the AK. */
export interface SignedQuote {
  /** TPMS_ATTEST, as signed. */
  readonly attest: Uint8Array
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array
}

/** Which PCRs of which bank. */
export interface PcrBankSelection {
  readonly hash: number
  readonly pcrs: readonly number[]
}

/** The values that a quote of this selection speaks about: those of banks that the TPM does not have are missing. */
export async function pcrValues(tpm: TpmClient, selection: readonly PcrBankSelection[]): Promise<PcrBanks> {
  const wanted = (await activeBanks(tpm)).filter(({ id }) => selection.some(({ hash }) => hash === id))
  const banks = await readPcrs(tpm, wanted)
  return new Map(
    selection.flatMap(({ hash, pcrs }) => {
      const bank = banks.get(hash)
      return bank === undefined ? [] : [[hash, new Map([...bank].filter(([pcr]) => pcrs.includes(pcr)))]]
    }),
  )
}

/** Lets the AK sign the selected PCRs and `extraData`. */
export async function quote(
  tpm: TpmClient,
  akAuth: Uint8Array,
  extraData: Uint8Array,
  selection: readonly PcrBankSelection[],
  template: TPMT_PUBLIC = akTemplate,
): Promise<SignedQuote> {
  const ak = await createPrimary(tpm, template, akAuth)
  try {
    const PCRselect = selection.map(({ hash, pcrs }) => selectPcrs(hash, pcrs))
    const { quoted, signature } = await tpm.run(
      Quote,
      { signHandle: { ...ak, auth: passwordSession(akAuth) } },
      { qualifyingData: extraData, inScheme: { scheme: ALG.null }, PCRselect },
    )
    return { attest: quoted, signature: encode(TPMT_SIGNATURE, signature) }
  } finally {
    await flush(tpm, ak)
  }
}
