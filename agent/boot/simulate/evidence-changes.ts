import { z } from 'zod'
import { fromHex } from '../../../core/bytes/index.ts'
import type { PcrBanks } from '../../../core/eventlog/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { bytesEdit, change, edited, hex, pcr, type Change } from './change.ts'
import { forgedKey, weakCurves } from './forged-key.ts'
import { applyQuote, quoteVerbs } from './forged-quote.ts'

const clock = z.strictObject({
  resetCount: z.int().min(0).max(0xffff_ffff).optional(),
  restartCount: z.int().min(0).max(0xffff_ffff).optional(),
  clock: z.int().min(0).transform(BigInt).optional(),
  safe: z.int().min(0).max(1).optional(),
})

/** What somebody makes of quote, values and keys. */
export const evidenceChanges = {
  quote: change(quoteVerbs, applyQuote),
  clock: change(clock.describe('What the TPM says of its clock'), (boot, given) => ({
    ...boot,
    quote: { ...boot.quote, clockInfo: { ...boot.quote.clockInfo, ...present(given) } },
  })),
  lastClock: change(clock.describe('What it said at the last accepted boot'), (boot, given) => ({
    ...boot,
    lastClock: { clock: 900n, resetCount: 6, restartCount: 0, safe: 1, ...boot.lastClock, ...present(given) },
  })),
  pcrs: change(
    z
      .strictObject({
        set: z.record(z.string().regex(/^\d+$/), hex).optional(),
        drop: z.array(pcr).min(1).optional(),
        add: z.record(z.string().regex(/^\d+$/), hex).optional(),
      })
      .describe('The values beside the quote are other ones'),
    (boot, given) => ({ ...boot, forgePcrs: (pcrs) => forgedPcrs(boot.forgePcrs(pcrs), given) }),
  ),
  core: change(bytesEdit('the request'), (boot, given) => ({
    ...boot,
    forgeCore: (core) => edited(boot.forgeCore(core), given),
  })),
  key: change(
    z
      .strictObject({
        kind: z.enum(['ecdsa', 'rsassa', 'rsapss']).optional(),
        hash: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).optional(),
        clear: z
          .array(z.enum(['fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'restricted', 'sign']))
          .min(1)
          .optional(),
        set: z
          .array(z.enum(['decrypt']))
          .min(1)
          .optional(),
        curve: z.enum(weakCurves).optional(),
      })
      .describe('The attestation key that was enrolled'),
    (boot, { kind, hash, clear, set, curve }) => ({
      ...boot,
      key: { kind: kind ?? boot.key.kind, hash: hash === undefined ? boot.key.hash : ALG[hash] },
      forgeKey: (area) => forgedKey(boot.forgeKey(area), [...(clear ?? [])], [...(set ?? [])], curve),
    }),
  ),
  volumes: change(
    z
      .array(z.guid().transform((uuid) => fromHex(uuid.replaceAll('-', ''))))
      .min(1)
      .describe('Volumes whose keys are wanted'),
    (boot, uuids) => ({
      ...boot,
      volumes: uuids.map((uuid) => ({ uuid, keyslotDigest: new Uint8Array(32) })),
    }),
  ),
  texts: change(
    z.array(z.string()).min(1).describe('Texts that the machine says were measured'),
    (boot, untrustedTexts) => ({
      ...boot,
      untrustedTexts,
    }),
  ),
} satisfies Record<string, Change>

type Present<Given> = { [Key in keyof Given]: Exclude<Given[Key], undefined> }

function present<Given extends object>(given: Given): Partial<Present<Given>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Present<Given>>
}

function forgedPcrs(
  pcrs: PcrBanks,
  {
    set = {},
    drop = [],
    add = {},
  }: {
    set?: Record<string, Uint8Array> | undefined
    drop?: number[] | undefined
    add?: Record<string, Uint8Array> | undefined
  },
): PcrBanks {
  return new Map(
    [...pcrs].map(([hash, bank]) => {
      const values = new Map([...bank].filter(([at]) => !drop.includes(at)))
      for (const [at, value] of [...Object.entries(set), ...Object.entries(add)])
        if (hash === ALG.sha256) values.set(Number(at), value)
      return [hash, values] as const
    }),
  )
}
