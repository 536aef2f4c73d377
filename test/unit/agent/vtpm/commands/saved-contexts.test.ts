import { expect } from 'chai'
import {
  atParameter,
  Clear,
  ContextLoad,
  ContextSave,
  FlushContext,
  named,
  RC,
  RH,
  Shutdown,
  srkTemplate,
  SU,
  type TPMS_CONTEXT,
} from '../../../../../core/tpm/index.ts'
import { codeOf } from '../../../../conformance/tpm-bench.ts'
import { Bench, byPassword } from '../bench.ts'

/** A key that a Restart ends. */
const stClear = { ...srkTemplate, objectAttributes: { ...srkTemplate.objectAttributes, stClear: true } }

async function saved(bench: Bench, template: typeof srkTemplate, hierarchy: number): Promise<TPMS_CONTEXT> {
  const object = await bench.primary(template, { hierarchy })
  const { context } = await bench.client.run(ContextSave, { saveHandle: object }, {})
  await bench.client.run(FlushContext, {}, { flushHandle: object.handle })
  return context
}
const load = (bench: Bench, context: TPMS_CONTEXT) => codeOf(bench.client.run(ContextLoad, {}, { context }))
const integrity = atParameter(RC.integrity, 0)

describe('a saved context', () => {
  it('outlives Clear where its hierarchy does', async () => {
    const bench = await Bench.started()
    const kept = [await saved(bench, srkTemplate, RH.null), await saved(bench, stClear, RH.platform)]
    const lost = await saved(bench, srkTemplate, RH.owner)
    await bench.client.run(Clear, { authHandle: byPassword(named(RH.lockout)) }, {})
    for (const context of kept) expect(await load(bench, context)).to.equal(RC.success)
    expect(await load(bench, lost)).to.equal(integrity)
  })

  for (const [name, startup, ofStClear] of [
    ['a Restart ends it if its object is stClear', SU.clear, integrity],
    ['a Resume ends none', SU.state, RC.success],
  ] as const) {
    it(name, async () => {
      const bench = await Bench.started()
      const [plain, cleared] = [await saved(bench, srkTemplate, RH.owner), await saved(bench, stClear, RH.owner)]
      await bench.client.run(Shutdown, {}, { shutdownType: SU.state })
      await bench.reset(startup)
      expect(await load(bench, plain)).to.equal(RC.success)
      expect(await load(bench, cleared)).to.equal(ofStClear)
    })
  }

  it('a Reset ends it', async () => {
    const bench = await Bench.started()
    const context = await saved(bench, srkTemplate, RH.owner)
    await bench.client.run(Shutdown, {}, { shutdownType: SU.clear })
    await bench.reset()
    expect(await load(bench, context)).to.equal(integrity)
  })

  it('is refused in pieces, each in its way', async () => {
    const bench = await Bench.started()
    const context = await saved(bench, srkTemplate, RH.owner)
    const { contextBlob } = context
    const cases: readonly (readonly [Partial<TPMS_CONTEXT>, number])[] = [
      [{ contextBlob: contextBlob.slice(0, 0) }, RC.insufficient],
      [{ contextBlob: contextBlob.slice(0, 10) }, RC.insufficient],
      [{ contextBlob: contextBlob.map((byte, at) => (at === 0 ? 1 : byte)) }, RC.size],
      [{ contextBlob: contextBlob.slice(0, 66) }, atParameter(RC.size, 0)],
      [{ contextBlob: contextBlob.slice(0, -1) }, integrity],
      [{ contextBlob: contextBlob.map((byte, at) => (at === 70 ? byte ^ 1 : byte)) }, integrity],
      [{ sequence: context.sequence + 1n }, integrity],
      [{ savedHandle: 0x80000001 }, integrity],
      [{ savedHandle: 0x02000001 }, integrity],
      [{ savedHandle: 0x02000040 }, atParameter(RC.value, 0)],
      [{ hierarchy: RH.null }, integrity],
    ]
    for (const [change, expected] of cases) expect(await load(bench, { ...context, ...change })).to.equal(expected)
  })
})
