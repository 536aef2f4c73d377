import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import {
  ALG,
  atHandle,
  CC,
  commandCodeStep,
  digest,
  encode,
  GetTime,
  GetTestResult,
  MakeCredential,
  named,
  passwordSession,
  policyDigest,
  RC,
  Rewrap,
  RH,
  TPM2B_SENSITIVE,
  type TPMA_OBJECT,
  VerifySignature,
  type TpmClient,
  type TPMT_SYM_DEF_OBJECT,
} from '../../../../../core/tpm/index.ts'
import { duplicateKey } from '../../../../conformance/departures.ts'
import { type ExternalKey, hmacKey, loadExternal, rsaKey } from '../../../../conformance/external-keys.ts'
import { aloneOnBench, codeOf, type TpmBench } from '../../../../conformance/tpm-bench.ts'

const empty = new Uint8Array(0)
const aes128 = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
const jwk = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))

/** An RSA key of 1024 bits. */
function smallKey(attributes: readonly (keyof TPMA_OBJECT)[], symmetric: TPMT_SYM_DEF_OBJECT) {
  const { publicArea, sensitive } = rsaKey(undefined, attributes)
  if (publicArea.type !== ALG.rsa || sensitive.sensitiveType !== ALG.rsa) throw new TypeError('an RSA key')
  const parameters = { ...publicArea.parameters, keyBits: 1024, symmetric }
  return {
    publicArea: { ...publicArea, nameAlg: ALG.sha512, parameters, unique: bytes(jwk.n) },
    sensitive: { ...sensitive, sensitive: bytes(jwk.p) },
  } as ExternalKey
}

describe('RSA keys that are small beside the digests in use', () => {
  let bench: TpmBench
  let client: TpmClient

  beforeEach(async () => {
    bench = await aloneOnBench()
    client = bench.client
  })

  afterEach(async () => {
    // It works on: what did not fit was no fault of the TPM's own
    expect((await client.run(GetTestResult, {}, {})).testResult).to.equal(RC.success)
    bench.close()
  })

  const loadParent = async () => {
    const { publicArea } = smallKey(['userWithAuth', 'noDA', 'restricted', 'decrypt'], aes128)
    return loadExternal(client, { publicArea })
  }

  it('carry no credential', async () => {
    const handle = await loadParent()
    const parameters = { credential: new Uint8Array(16), objectName: handle.name }
    expect(await codeOf(client.run(MakeCredential, { handle }, parameters))).to.equal(atHandle(RC.type, 0))
  })

  it('become nobody’s new parent', async () => {
    const newParent = await loadParent()
    const { publicArea, sensitive } = hmacKey(new Uint8Array(32).fill(3))
    const authPolicy = policyDigest(ALG.sha256, commandCodeStep(CC.Duplicate))
    const leaving = await loadExternal(client, { publicArea: { ...publicArea, authPolicy }, sensitive })
    const parameters = { encryptionKeyIn: empty, symmetricAlg: { algorithm: ALG.null } } as const
    expect(await codeOf(duplicateKey(client, leaving, newParent, parameters))).to.equal(atHandle(RC.type, 1))
    const inDuplicate = encode(TPM2B_SENSITIVE, { ...sensitive, authValue: new Uint8Array(32) })
    const oldParent = { ...named(RH.null), auth: passwordSession() }
    const rewrapped = client.run(
      Rewrap,
      { oldParent, newParent },
      { inDuplicate, name: leaving.name, inSymSeed: empty },
    )
    expect(await codeOf(rewrapped)).to.equal(atHandle(RC.type, 1))
  })

  it('attest by RSASSA-PSS under a shorter salt', async () => {
    const { handle, name } = await loadExternal(
      client,
      smallKey(['userWithAuth', 'noDA', 'sign'], { algorithm: ALG.null }),
    )
    const signHandle = { handle, name, auth: passwordSession() }
    const privacyAdminHandle = { ...named(RH.endorsement), auth: passwordSession() }
    const inScheme = { scheme: ALG.rsapss, hashAlg: ALG.sha512 } as const
    const { timeInfo, signature } = await client.run(
      GetTime,
      { privacyAdminHandle, signHandle },
      { qualifyingData: empty, inScheme },
    )
    const attested = digest(ALG.sha512, timeInfo)
    const { validation } = await client.run(
      VerifySignature,
      { keyHandle: { handle, name } },
      { digest: attested, signature },
    )
    expect(validation.hierarchy).to.equal(RH.null)
  })
})
