import { expect } from 'chai'
import { knownAnswers, selfTest } from '../../../../agent/vtpm/self-test.ts'
import { GetTestResult, RC, ReadClock, SelfTest } from '../../../../core/tpm/index.ts'
import { Bench, refused } from './bench.ts'

const failureOf = (test: Promise<void>): Promise<string> => test.then(() => 'none', String)

describe('a self test', () => {
  it('passes, and keeps others out meanwhile', async () => {
    const bench = await Bench.started()
    const tested = bench.client.run(SelfTest, {}, { fullTest: 1 })
    await refused(RC.retry, bench.client.run(ReadClock, {}, {}))
    await tested
    expect((await bench.client.run(GetTestResult, {}, {})).testResult).to.equal(RC.success)
  })

  it('ends when it is canceled, or with the power', async () => {
    const bench = await Bench.started()
    const canceled = bench.client.run(SelfTest, {}, { fullTest: 1 })
    bench.tpm.cancel()
    await refused(RC.canceled, canceled)
    const cutOff = bench.client.run(SelfTest, {}, { fullTest: 1 })
    bench.tpm.powerOff()
    await refused(RC.failure, cutOff)
  })

  for (const [at, { name }] of knownAnswers.entries()) {
    it(`finds ${name} broken`, async () => {
      const broken = knownAnswers.map((row, index) =>
        index === at ? { ...row, expected: `${row.expected.slice(2)}00` } : row,
      )
      expect(await failureOf(selfTest(broken, []))).to.equal(`Error: ${name} fails its test`)
    })
  }
})
