import {
  ActivateCredential,
  ALG,
  ECDH_ZGen,
  makeCredential,
  Quote,
  RH,
  RSA_Decrypt,
  RSA_Encrypt,
  Sign,
  srkTemplate,
  ST,
  VerifySignature,
  type TPMT_PUBLIC,
  type TPMT_SIG_SCHEME,
} from '../../../core/tpm/index.ts'
import { act, type Act, type Contest } from '../contest.ts'
import { eccKey, rsaKey } from '../templates.ts'
import { bare, type Key, random, type TpmUnderTest } from '../tpm-under-test.ts'
import { bootPcrs } from './cheap.ts'

const eccRounds = { rounds: 500, warmUpRounds: 1000 } as const
const rsaRounds = { rounds: 200, warmUpRounds: 300 } as const
const eccSigningCap = 0.4
const rsaPrivateCap = 0.25
const ecdsa: TPMT_SIG_SCHEME = { scheme: ALG.ecdsa, hashAlg: ALG.sha256 }
const rsassa: TPMT_SIG_SCHEME = { scheme: ALG.rsassa, hashAlg: ALG.sha256 }
const label = new Uint8Array(0)
const inScheme = { scheme: ALG.rsaes } as const
const digest = random(32)
/** Of the null hierarchy: proves nothing, as an unrestricted key wants. */
const validation = { tag: ST.hashcheck, hierarchy: RH.null, digest: new Uint8Array(0) }

/** A row about one key under a storage key, which are flushed in the end. */
const withKey = (
  row: Omit<Contest, 'prepare'>,
  template: TPMT_PUBLIC,
  prepare: (tpm: TpmUnderTest, key: Key) => Act | Promise<Act>,
): Contest => ({
  ...row,
  async prepare(tpm) {
    const parent = await tpm.primary()
    const key = await tpm.child(parent, template)
    return { ...(await prepare(tpm, key)), end: () => tpm.flush(key, parent) }
  },
})

const sign = ({ client }: TpmUnderTest, keyHandle: Key, scheme: TPMT_SIG_SCHEME) =>
  client.run(Sign, { keyHandle }, { digest, inScheme: scheme, validation })
const quote = ({ client }: TpmUnderTest, signHandle: Key, scheme: TPMT_SIG_SCHEME) =>
  client.run(Quote, { signHandle }, { qualifyingData: digest, inScheme: scheme, PCRselect: bootPcrs })

const signContests = (
  kind: string,
  template: TPMT_PUBLIC,
  scheme: TPMT_SIG_SCHEME,
  rounds: Pick<Contest, 'rounds' | 'warmUpRounds'>,
  cap: number,
) => [
  withKey({ ...rounds, cap, name: `Quote ${kind}` }, template, (tpm, key) =>
    act({ act: () => quote(tpm, key, scheme) }),
  ),
  withKey({ ...rounds, cap, name: `Sign ${kind}` }, template, (tpm, key) => act({ act: () => sign(tpm, key, scheme) })),
  withKey({ ...rounds, name: `VerifySignature ${kind}` }, template, async (tpm, keyHandle) => {
    const { signature } = await sign(tpm, keyHandle, scheme)
    if (signature.sigAlg === ALG.null) throw new TypeError('a key signed')
    return act({ act: () => tpm.client.run(VerifySignature, { keyHandle: bare(keyHandle) }, { digest, signature }) })
  }),
]

/** What private keys do. */
export const keyContests: readonly Contest[] = [
  ...signContests('ECC', eccKey('sign'), ecdsa, eccRounds, eccSigningCap),
  ...signContests('RSA-2048', rsaKey('sign'), rsassa, rsaRounds, rsaPrivateCap),
  {
    name: 'Load and Sign RSA-2048',
    ...rsaRounds,
    isExtra: true,
    async prepare(tpm) {
      const parent = await tpm.primary()
      const created = await tpm.create(parent, rsaKey('sign'))
      return act({
        async act() {
          const key = await tpm.load(parent, created)
          await sign(tpm, key, rsassa)
          return key
        },
        after: (key) => tpm.flush(key),
        end: () => tpm.flush(parent),
      })
    },
  },
  withKey({ name: 'ECDH_ZGen', ...eccRounds }, eccKey('decrypt'), (tpm, keyHandle) => {
    if (keyHandle.publicArea.type !== ALG.ecc) throw new TypeError('an ECC key was made')
    const inPoint = keyHandle.publicArea.unique
    return act({ act: () => tpm.client.run(ECDH_ZGen, { keyHandle }, { inPoint }) })
  }),
  withKey({ name: 'RSA_Decrypt', ...rsaRounds, cap: rsaPrivateCap }, rsaKey('decrypt'), async (tpm, keyHandle) => {
    const { outData } = await tpm.client.run(
      RSA_Encrypt,
      { keyHandle: bare(keyHandle) },
      { message: digest, inScheme, label },
    )
    return act({ act: () => tpm.client.run(RSA_Decrypt, { keyHandle }, { cipherText: outData, inScheme, label }) })
  }),
  {
    name: 'ActivateCredential',
    ...eccRounds,
    async prepare(tpm) {
      const keyHandle = await tpm.primary(srkTemplate, RH.endorsement)
      const activateHandle = await tpm.primary(eccKey('sign'), RH.endorsement)
      const credential = makeCredential({ ek: keyHandle.publicArea, name: activateHandle.name, secret: digest, random })
      return act({
        act: () => tpm.client.run(ActivateCredential, { activateHandle, keyHandle }, credential),
        end: () => tpm.flush(activateHandle, keyHandle),
      })
    },
  },
]
