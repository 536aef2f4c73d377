import { type KeyObject } from 'node:crypto'
import { FlattenedSign } from 'jose'
import { signingKeyOf } from './algorithms.ts'
import { encodeChange, type Change } from './change.ts'
import { changeType, parseProtectedHeader } from './general-jws.ts'
import { SignatureError } from './signature-error.ts'
import { signaturesFor } from './verify.ts'

/**
 * Adds a signature to those that others have made of the same change; without any, begins.
 * @throws SignatureError `malformed`, `another-change`, `repeated-key`; TypeError for a key that cannot sign
 */
export async function signChange(change: Change, privateKey: KeyObject, others?: string): Promise<string> {
  const key = signingKeyOf(privateKey)
  if (key === undefined) throw new TypeError('not a key of P-256, P-384 or Ed25519')
  const payload = encodeChange(change)
  const signatures = others === undefined ? [] : signaturesFor(payload, others).signatures
  if (signatures.some((one) => parseProtectedHeader(one.protected).kid === key.keyId))
    throw new SignatureError('repeated-key')

  const header = { alg: key.algorithm, kid: key.keyId, typ: changeType }
  const signed = await new FlattenedSign(payload).setProtectedHeader(header).sign(privateKey)
  const added = { protected: signed.protected ?? '', signature: signed.signature }
  return `${JSON.stringify({ payload: signed.payload, signatures: [...signatures, added] }, null, 2)}\n`
}
