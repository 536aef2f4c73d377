import { createHash, createHmac } from 'node:crypto'
import { expect } from 'chai'
import { enrolmentProof, joinSigningInput, releaseExtraData } from '../../../../core/evidence/index.ts'

const field = (bytes: Uint8Array) => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
const fields = (label: string, ...rest: readonly Uint8Array[]) =>
  Buffer.concat([Buffer.from(label), ...rest].map((bytes) => field(bytes)))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const filled = (size: number, byte: number) => new Uint8Array(size).fill(byte)

/** Each function must depend on each of its fields. */
function expectEachFieldToCount<T extends object>(value: T, compute: (value: T) => Uint8Array): void {
  const whole = Buffer.from(compute(value)).toString('hex')
  for (const [name, old] of Object.entries(value)) {
    const list = (Array.isArray(old) ? old : [old]) as readonly Uint8Array[]
    const flipped = list.map((bytes) => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)))
    const changed = { ...value, [name]: Array.isArray(old) ? flipped : flipped[0] }
    expect(Buffer.from(compute(changed)).toString('hex'), name).not.to.equal(whole)
  }
}

describe('releaseExtraData', () => {
  const bound = {
    challenge: filled(80, 1),
    serverId: filled(32, 2),
    machineId: filled(16, 3),
    bootId: filled(16, 4),
    clientSpkiSha256: filled(32, 5),
    oneTimePublicKey: filled(65, 6),
    requestCore: filled(500, 7),
  }
  it('is SHA-256 over the length-prefixed fields in the order of the protocol', () => {
    const { requestCore, challenge, serverId, machineId, bootId, clientSpkiSha256, oneTimePublicKey } = bound
    const input = fields(
      'bootlatch/v1/release',
      challenge,
      serverId,
      machineId,
      bootId,
      clientSpkiSha256,
      oneTimePublicKey,
      sha256(requestCore),
    )
    expect(releaseExtraData(bound)).to.deep.equal(new Uint8Array(sha256(input)))
  })
  it('binds every field', () => {
    expectEachFieldToCount(bound, releaseExtraData)
  })
  it('tells bytes that moved from one field to the next', () => {
    const moved = { ...bound, challenge: filled(79, 1), serverId: Uint8Array.of(1, ...bound.serverId) }
    expect(releaseExtraData(moved)).not.to.deep.equal(releaseExtraData(bound))
  })
})

describe('enrolmentProof', () => {
  const enrolment = {
    secrets: [filled(32, 1), filled(32, 2)],
    serverId: filled(32, 3),
    machineId: filled(16, 4),
    enrolmentId: filled(16, 5),
    machineKeySpki: filled(91, 6),
    proveCore: filled(300, 7),
    firstBootTokenHash: filled(32, 8),
  }
  it('is HMAC-SHA-256 keyed from all secrets', () => {
    const { secrets, serverId, machineId, enrolmentId, machineKeySpki, proveCore, firstBootTokenHash } = enrolment
    const key = sha256(fields('bootlatch/v1/enrolment-key', ...secrets))
    const input = fields(
      'bootlatch/v1/enrolment',
      serverId,
      machineId,
      enrolmentId,
      machineKeySpki,
      proveCore,
      firstBootTokenHash,
    )
    expect(enrolmentProof(enrolment)).to.deep.equal(new Uint8Array(createHmac('sha256', key).update(input).digest()))
  })
  it('binds every field and needs every secret', () => {
    expectEachFieldToCount(enrolment, enrolmentProof)
    const fewer = { ...enrolment, secrets: enrolment.secrets.slice(0, 1) }
    expect(enrolmentProof(fewer)).not.to.deep.equal(enrolmentProof(enrolment))
  })
  it('is our mistake without a secret', () => {
    expect(() => enrolmentProof({ ...enrolment, secrets: [] })).to.throw(TypeError)
  })
})

describe('joinSigningInput', () => {
  it('differs by step and by core', () => {
    const core = filled(10, 1)
    expect(joinSigningInput('begin', core)).to.deep.equal(new Uint8Array(fields('bootlatch/v1/join/begin', core)))
    expect(joinSigningInput('prove', core)).not.to.deep.equal(joinSigningInput('begin', core))
    expect(joinSigningInput('begin', filled(10, 2))).not.to.deep.equal(joinSigningInput('begin', core))
  })
})
