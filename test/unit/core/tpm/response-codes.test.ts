import { expect } from 'chai'
import {
  atHandle,
  atParameter,
  atSession,
  command,
  commandAttributes,
  describeResponseCode,
  handle,
  isEncryptable,
  RC,
  referenceOfSession,
  TPM2B_DIGEST,
  TPMI_DH_OBJECT,
  u16,
  u32,
  withoutPosition,
} from '../../../../core/tpm/index.ts'

describe('response codes', () => {
  for (const { code, at, words } of [
    { code: atHandle(RC.type, 1), at: 0x28a, words: 'type (handle 2)' },
    { code: atParameter(RC.size, 0), at: 0x1d5, words: 'size (parameter 1)' },
    { code: atSession(RC.authFail, 0), at: 0x98e, words: 'authFail (session 1)' },
    { code: RC.value, at: 0x084, words: 'value' },
    { code: atParameter(RC.policy, 3), at: 0x126, words: 'policy' },
    { code: 0x7ff & 0x1ff & ~0x80, at: 0x17f, words: '0x17f' },
  ]) {
    it(`0x${at.toString(16)} is ${words}`, () => {
      expect(code).to.equal(at)
      expect(describeResponseCode(code)).to.equal(words)
    })
  }
  it('carries the place of what it blames, from one', () => {
    expect([0, 1, 6].map((index) => atHandle(RC.value, index))).to.deep.equal([0x184, 0x284, 0x784])
    expect([0, 1, 14].map((index) => atParameter(RC.value, index))).to.deep.equal([0x1c4, 0x2c4, 0xfc4])
    expect([0, 1, 6].map((index) => atSession(RC.value, index))).to.deep.equal([0x984, 0xa84, 0xf84])
    expect([0, 1, 2].map(referenceOfSession)).to.deep.equal([0x918, 0x919, 0x91a])
    for (const at of [atHandle, atParameter, atSession]) expect(at(RC.lockout, 1)).to.equal(RC.lockout)
  })
  it('loses its position and nothing else', () => {
    for (const place of [atHandle, atParameter, atSession]) {
      expect(withoutPosition(place(RC.integrity, 2))).to.equal(RC.integrity)
      expect(withoutPosition(place(RC.lockout, 2))).to.equal(RC.lockout)
    }
  })
})

describe('a command declaration', () => {
  const declared = command('Made', 0x147, {
    handles: { first: handle(TPMI_DH_OBJECT, 'admin'), second: handle(TPMI_DH_OBJECT) },
    parameters: { secret: TPM2B_DIGEST, size: u16 },
    returnsHandle: u32,
    returns: { size: u16 },
    attributes: { nv: true, extensive: true, flushed: true },
  })
  it('says TPMA_CC', () => {
    expect(commandAttributes(declared)).to.equal(0x147 + 2 ** 22 + 2 ** 23 + 2 ** 24 + 2 * 2 ** 25 + 2 ** 28)
    expect(commandAttributes(command('Plain', 0x17c))).to.equal(0x17c)
  })
  it('has nothing where its row says nothing', () => {
    const nothing = { handles: {}, parameters: {}, returnsHandle: undefined, returns: {}, attributes: {} }
    expect(command('Plain', 0x17c)).to.deep.equal({ name: 'Plain', code: 0x17c, ...nothing })
    const row = { parameters: { size: u16 }, returns: { secret: TPM2B_DIGEST } }
    expect(command('Some', 0x17d, row)).to.deep.equal({ name: 'Some', code: 0x17d, ...nothing, ...row })
  })
  it('says what a session may encrypt', () => {
    expect(isEncryptable(declared.parameters)).to.equal(true)
    expect(isEncryptable(declared.returns)).to.equal(false)
    expect(isEncryptable({})).to.equal(false)
  })
})
