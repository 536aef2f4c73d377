import { expect } from 'chai'
import {
  ALG,
  atParameter,
  GetTestResult,
  IncrementalSelfTest,
  RC,
  SelfTest,
  Startup,
  SU,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

/** Part 3, 10: what is tested, and what is left to test. */
export function selfTests(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
    bench.exact(true)
  })

  after(() => {
    bench.close()
  })

  const test = async (...toTest: readonly number[]) =>
    (await client.run(IncrementalSelfTest, {}, { toTest: [...toTest] })).toDoList

  it('leaves less to do with each algorithm that is tested', async () => {
    const all = await test()
    expect(all).to.include.members([ALG.sha256, ALG.aes, ALG.cfb, ALG.ecdsa, ALG.ecdh])
    expect(await test(ALG.sha256)).to.have.length(all.length - 1)
    expect(await test(ALG.tdes)).to.include(ALG.cfb)
    expect(await test(ALG.camellia)).to.not.include(ALG.camellia)
    expect(await test(ALG.aes)).to.not.include.members([ALG.cfb])
    expect(await test(ALG.ecdsa)).to.not.include.members([ALG.ecdh])
    expect(await test(ALG.rsa, ALG.keyedhash)).to.include(ALG.oaep)
  })

  it('refuses algorithms that it does not have, and too many', async () => {
    for (const alg of [ALG.null, 0x12, 0x999])
      expect(await codeOf(test(ALG.sha1, alg))).to.equal(atParameter(RC.value, 0))
    expect(await codeOf(test(...new Array<number>(64).fill(ALG.sha1)))).to.equal(RC.success)
    expect(await codeOf(client.transmit(tooMany).then(codeIn))).to.equal(RC.success)
  })

  const tooMany = Uint8Array.of(0x80, 1, 0, 0, 0, 14, 0, 0, 1, 0x42, 0, 0, 0, 65)
  function codeIn(response: Uint8Array): void {
    expect(response[9]).to.equal(0xd5)
  }

  for (const fullTest of [0, 1]) {
    it(`has nothing left to do after SelfTest(${fullTest}), until power comes again`, async () => {
      await client.run(SelfTest, {}, { fullTest })
      expect(await test()).to.deep.equal([])
      await bench.powerCycle()
      await client.run(Startup, {}, { startupType: SU.clear })
      expect(await test()).to.not.deep.equal([])
    })
  }

  it('has passed', async () => {
    bench.exact(true)
    expect(await client.run(GetTestResult, {}, {})).to.deep.equal({
      outData: new Uint8Array(0),
      testResult: RC.success,
    })
  })
}
