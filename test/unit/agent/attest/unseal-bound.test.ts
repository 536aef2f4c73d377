import { expect } from 'chai'
import { cap, Endorsement, pcrValues, quote, unsealBound } from '../../../../agent/attest/index.ts'
import {
  attestationKey,
  capPcr,
  decodeTpmBoundKeys,
  defaultSelection,
  encodeTpmBoundKeys,
  type TpmBoundKeys,
  type VerifiedEvidence,
} from '../../../../core/evidence/index.ts'
import { matchQuote } from '../../../../core/evidence/quoted-pcrs.ts'
import { verifyQuote } from '../../../../core/evidence/verified-quote.ts'
import { decode, nameOf, TPMT_PUBLIC, type TpmClient } from '../../../../core/tpm/index.ts'
import { bindToTpm, parentOf, tpmTerms } from '../../../../policy-server/appraise/release/bound-keys.ts'
import { Bench, random } from '../vtpm/bench.ts'

const akAuth = new Uint8Array(32).fill(5)
const extraData = new Uint8Array(32).fill(6)
const volumeKeys = new TextEncoder().encode('the keys of two volumes, longer than a TPM seals by itself: '.repeat(4))

/** What a server learns of a TPM: its EKs, and what it quotes. */
async function enrolled(client: TpmClient) {
  const endorsement = await Endorsement.load(client, random, akAuth)
  const { akPublic, ekPublics } = endorsement
  await endorsement.unload()
  const eks = ekPublics.map((ekPublic, position) => ({
    identityId: new Uint8Array(16),
    position,
    ekName: nameOf(decode(TPMT_PUBLIC, ekPublic)),
    ekPublic,
  }))
  return { akPublic, eks }
}

async function evidenceOf(client: TpmClient, akPublic: Uint8Array): Promise<VerifiedEvidence> {
  const { attest, signature } = await quote(client, akAuth, extraData, defaultSelection)
  const verified = verifyQuote(attestationKey(akPublic), attest, signature, extraData)
  const pcrs = matchQuote(verified, defaultSelection, await pcrValues(client, defaultSelection))
  return { quote: verified, pcrs } as unknown as VerifiedEvidence
}

describe('keys bound to a TPM', () => {
  let bench: Bench
  let akPublic: Uint8Array
  let eks: Awaited<ReturnType<typeof enrolled>>['eks']
  beforeEach(async () => {
    bench = await Bench.started()
    ;({ akPublic, eks } = await enrolled(bench.client))
  })

  async function bound(validForMs?: number, parent = parentOf(eks)!): Promise<TpmBoundKeys> {
    const terms = tpmTerms(parent, await evidenceOf(bench.client, akPublic), validForMs)
    return decodeTpmBoundKeys(bindToTpm(terms, volumeKeys, random))
  }
  const unseal = (keys: TpmBoundKeys, client = bench.client) => unsealBound(client, random, keys, defaultSelection)

  it('open in that TPM, in that state, as often as is asked', async () => {
    const keys = await bound()
    expect(await unseal(keys)).to.deep.equal(volumeKeys)
    expect(await unseal(keys)).to.deep.equal(volumeKeys)
  })

  it('are for the EK on a curve, or for the one that there is', async () => {
    const [rsa, p256] = eks
    expect(parentOf(eks)).to.equal(p256)
    expect(parentOf([rsa!])).to.equal(rsa)
    expect(parentOf([])).to.equal(undefined)
    expect(await unseal(await bound(undefined, rsa))).to.deep.equal(volumeKeys)
  })

  it('do not open once the boot is capped', async () => {
    const keys = await bound()
    await cap(bench.client, capPcr)
    expect(await unseal(keys).then(String, String)).to.match(/Unseal: policyFail/)
  })

  it('do not open in the next boot, though its PCRs are the same', async () => {
    const keys = await bound()
    await bench.reset()
    expect(await unseal(keys).then(String, String)).to.match(/PolicyCounterTimer: policy /)
  })

  it('open up to the last millisecond, and not after it', async () => {
    const keys = await bound(1000)
    bench.nowMs += 1000
    expect(await unseal(keys)).to.deep.equal(volumeKeys)
    bench.nowMs += 1
    expect(await unseal(keys).then(String, String)).to.match(/PolicyCounterTimer: policy /)
  })

  it('leave nothing in the TPM, whether they open or not', async () => {
    const keys = await bound()
    for (let round = 0; round < 12; round++) await unseal(keys)
    await cap(bench.client, capPcr)
    for (let round = 0; round < 12; round++)
      expect(await unseal(keys).then(String, String)).to.match(/Unseal: policyFail/)
  })

  it('leave nothing in the TPM where it does not take them', async () => {
    const keys = await bound()
    const altered = keys.blob.duplicate.slice()
    altered[altered.length - 1]! ^= 1
    for (let round = 0; round < 12; round++)
      expect(await unseal({ ...keys, blob: { ...keys.blob, duplicate: altered } }).then(String, String)).to.match(
        /Import: integrity/,
      )
    expect(await unseal(keys)).to.deep.equal(volumeKeys)
  })

  it('do not open in another TPM', async () => {
    const keys = await bound()
    const other = await Bench.started()
    expect(await unseal(keys, other.client).then(String, String)).to.match(/^ForeignTpmError/)
    const claimed = { ...keys, parentName: parentOf((await enrolled(other.client)).eks)!.ekName }
    expect(await unseal(claimed, other.client).then(String, String)).to.match(/Import: integrity/)
  })

  it('do not open where a limit was taken away from what travels', async () => {
    const keys = await bound(1000)
    bench.nowMs += 5000
    expect(await unseal({ ...keys, lastClock: undefined }).then(String, String)).to.match(/Unseal: policyFail/)
    expect(await unseal({ ...keys, lastClock: 1n << 40n }).then(String, String)).to.match(/Unseal: policyFail/)
  })

  const parts = ['objectPublic', 'duplicate', 'inSymSeed'] as const
  for (const part of parts)
    it(`do not open where ${part} was altered`, async () => {
      const keys = await bound()
      const altered = keys.blob[part].slice()
      altered[altered.length - 1]! ^= 1
      const outcome = await unseal({ ...keys, blob: { ...keys.blob, [part]: altered } }).then(String, String)
      expect(outcome).to.match(/Import: (integrity|eccPoint)/)
    })

  it('do not open where the ciphertext was altered', async () => {
    const keys = await bound()
    const ciphertext = keys.ciphertext.slice()
    ciphertext[0]! ^= 1
    expect(
      await unseal({ ...keys, ciphertext }).then(
        () => 'opened',
        () => 'refused',
      ),
    ).to.equal('refused')
  })

  it('have one encoding, with a limit of time or without', async () => {
    for (const limit of [undefined, 1000]) {
      const keys = await bound(limit)
      expect(decodeTpmBoundKeys(encodeTpmBoundKeys(keys))).to.deep.equal(keys)
      const wire = encodeTpmBoundKeys(keys)
      for (let length = 0; length < wire.length; length += 7)
        expect(() => decodeTpmBoundKeys(wire.subarray(0, length))).to.throw(/TpmBoundKeys/)
    }
  })

  it('say no time beyond the last that a clock can show', async () => {
    const evidence = await evidenceOf(bench.client, akPublic)
    const clockInfo = { ...evidence.quote.clockInfo, clock: 0xffff_ffff_ffff_fff0n }
    const late = { ...evidence, quote: { ...evidence.quote, clockInfo } } as VerifiedEvidence
    expect(tpmTerms(parentOf(eks)!, late, 1000).limits.lastClock).to.equal(0xffff_ffff_ffff_ffffn)
  })
})
