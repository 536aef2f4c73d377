import { expect } from 'chai'
import { createHash, randomBytes } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  atSession,
  type AuthSession,
  CC,
  counterTimerStep,
  cpHashStep,
  duplicationSelectStep,
  EO,
  FlushContext,
  handleName,
  localityStep,
  named,
  nameHashStep,
  NT,
  NV_DefineSpace,
  NV_Read,
  NV_ReadPublic,
  NV_Write,
  nvStep,
  nvWrittenStep,
  passwordSession,
  physicalPresenceStep,
  PolicyCommandCode,
  PolicyCounterTimer,
  PolicyCpHash,
  policyDigest,
  PolicyDuplicationSelect,
  PolicyGetDigest,
  PolicyLocality,
  PolicyNameHash,
  PolicyNV,
  PolicyNvWritten,
  PolicyPhysicalPresence,
  type PolicyStep,
  PolicyTemplate,
  RC,
  RH,
  startSession,
  templateStep,
  TPMA_NV,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)
const sha256 = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest())
const owner = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
const short = new Uint8Array(31)
const some = sha256('some')
const other = sha256('other')
const success = RC.success

type Assertion = (client: TpmClient, session: AuthSession) => Promise<unknown>
const on = (session: AuthSession) => ({ policySession: named(session.handle) })

const locality =
  (value: number): Assertion =>
  (client, session) =>
    client.run(PolicyLocality, on(session), { locality: value })
const cpHash =
  (cpHashA: Uint8Array): Assertion =>
  (client, session) =>
    client.run(PolicyCpHash, on(session), { cpHashA })
const nameHash =
  (value: Uint8Array): Assertion =>
  (client, session) =>
    client.run(PolicyNameHash, on(session), { nameHash: value })
const template =
  (templateHash: Uint8Array): Assertion =>
  (client, session) =>
    client.run(PolicyTemplate, on(session), { templateHash })
const duplication =
  (includeObject: number): Assertion =>
  (client, session) =>
    client.run(PolicyDuplicationSelect, on(session), { objectName: some, newParentName: other, includeObject })
const written =
  (writtenSet: number): Assertion =>
  (client, session) =>
    client.run(PolicyNvWritten, on(session), { writtenSet })
const commandCode =
  (code: number): Assertion =>
  (client, session) =>
    client.run(PolicyCommandCode, on(session), { code })
const presence: Assertion = (client, session) => client.run(PolicyPhysicalPresence, on(session), {})
const time =
  (operandB: Uint8Array, offset: number, operation: number): Assertion =>
  (client, session) =>
    client.run(PolicyCounterTimer, on(session), { operandB, offset, operation })

const word = Uint8Array.of(0, 0, 0, 5)
const restartCountAt = 20

/** Part 3, 23: conditions that a policy sets, what they refuse, and that they hold where the session is used. */
export function policyConditions(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let nextIndex = 0x01510000

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  /** Runs in a session of its own; its nonces differ from TPM to TPM, all else is the same. */
  async function within<T>(type: 'policy' | 'trial', run: (session: AuthSession) => Promise<T>): Promise<T> {
    bench.exact(false)
    const session = await startSession(client, { type, random, hash: ALG.sha256 })
    bench.exact(true)
    try {
      return await run(session)
    } finally {
      bench.exact(true)
      await codeOf(client.run(FlushContext, {}, { flushHandle: session.handle }))
    }
  }

  const refusals: readonly (readonly [string, Assertion, number, Assertion?])[] = [
    ['no locality', locality(0), atParameter(RC.range, 0)],
    ['a second extended locality', locality(33), atParameter(RC.range, 0), locality(34)],
    ['localities without overlap', locality(1), atParameter(RC.range, 0), locality(2)],
    ['a normal after an extended locality', locality(1), atParameter(RC.range, 0), locality(32)],
    ['an extended after a normal locality', locality(32), atParameter(RC.range, 0), locality(1)],
    ['a cpHash that is too short', cpHash(short), atParameter(RC.size, 0)],
    ['an empty cpHash', cpHash(empty), atParameter(RC.size, 0)],
    ['another cpHash', cpHash(some), RC.cpHash, cpHash(other)],
    ['a cpHash after a nameHash', cpHash(some), RC.cpHash, nameHash(some)],
    ['a nameHash that is too short', nameHash(short), atParameter(RC.size, 0)],
    ['a second nameHash', nameHash(some), RC.cpHash, nameHash(some)],
    ['a nameHash after a template', nameHash(some), RC.cpHash, template(some)],
    ['a template that is too short', template(short), atParameter(RC.size, 0)],
    ['another template', template(some), atParameter(RC.value, 0), template(other)],
    ['a short template after another', template(short), atParameter(RC.value, 0), template(other)],
    ['a template after a cpHash', template(some), RC.cpHash, cpHash(some)],
    ['a cpHash after a template', cpHash(some), RC.cpHash, template(some)],
    ['a duplication after a cpHash', duplication(1), RC.cpHash, cpHash(some)],
    ['a duplication after another', duplication(1), RC.cpHash, duplication(1)],
    ['a duplication after a command code', duplication(1), RC.commandCode, commandCode(CC.NV_Read)],
    ['a duplication that is yes and no', duplication(2), atParameter(RC.value, 2)],
    ['a command code after a duplication', commandCode(CC.NV_Read), atParameter(RC.value, 0), duplication(0)],
    ['written and not written', written(1), atParameter(RC.value, 0), written(0)],
    ['half written', written(2), atParameter(RC.value, 0)],
    ['a restart count that is another', time(word, restartCountAt, EO.eq), RC.policy],
    ['a time beyond the end', time(empty, 26, EO.eq), atParameter(RC.value, 1)],
    ['a time that reaches beyond the end', time(word, 22, EO.eq), RC.range],
    ['an unknown operation', time(word, 0, 12), atParameter(RC.value, 2)],
  ]
  for (const [name, assertion, expected, first] of refusals) {
    it(`refuses ${name}`, async () => {
      await within('policy', async (session) => {
        if (first !== undefined) await first(client, session)
        expect(await codeOf(assertion(client, session))).to.equal(expected)
      })
    })
  }

  const assertions: readonly (readonly [string, Assertion, PolicyStep])[] = [
    ['localities', locality(5), localityStep(5)],
    ['an extended locality', locality(200), localityStep(200)],
    ['a cpHash', cpHash(some), cpHashStep(some)],
    ['a nameHash', nameHash(some), nameHashStep(some)],
    ['a template', template(some), templateStep(some)],
    ['an object and its new parent', duplication(1), duplicationSelectStep(some, other)],
    ['a new parent', duplication(0), duplicationSelectStep(undefined, other)],
    ['written', written(1), nvWrittenStep(true)],
    ['not written', written(0), nvWrittenStep(false)],
    ['physical presence', presence, physicalPresenceStep],
    [
      'a restart count',
      time(word, restartCountAt, EO.unsignedLt),
      counterTimerStep(word, restartCountAt, EO.unsignedLt),
    ],
    ['the end of the time', time(empty, 25, EO.eq), counterTimerStep(empty, 25, EO.eq)],
  ]
  for (const type of ['policy', 'trial'] as const) {
    for (const [name, assertion, step] of assertions) {
      it(`a ${type} session asserts ${name}`, async () => {
        const known = await within(type, async (session) => {
          await assertion(client, session)
          return client.run(PolicyGetDigest, on(session), {})
        })
        expect(known.policyDigest).to.deep.equal(policyDigest(ALG.sha256, step))
      })
    }
  }

  /** An index that this policy reads and writes, and the owner writes and reads. */
  async function define(authPolicy: Uint8Array, contents?: Uint8Array) {
    nextIndex += 1
    const attributes = {
      ...TPMA_NV.of('policyRead', 'policyWrite', 'ownerRead', 'ownerWrite', 'noDA'),
      nt: NT.ordinary,
    }
    const publicInfo = { nvIndex: nextIndex, nameAlg: ALG.sha256, attributes, authPolicy, dataSize: 8 }
    await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo })
    const read = async () => {
      const { nvName } = await client.run(NV_ReadPublic, { nvIndex: { handle: publicInfo.nvIndex, name: empty } }, {})
      return { handle: publicInfo.nvIndex, name: nvName }
    }
    if (contents !== undefined)
      await client.run(NV_Write, { authHandle: owner, nvIndex: await read() }, { data: contents, offset: 0 })
    return read()
  }
  type Index = Awaited<ReturnType<typeof define>>
  const data = Uint8Array.of(0x80, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff)

  const uses: readonly (readonly [string, readonly Assertion[], readonly PolicyStep[], number])[] = [
    ['its locality', [locality(1)], [localityStep(1)], success],
    ['another locality', [locality(2)], [localityStep(2)], RC.locality],
    ['an extended locality', [locality(33)], [localityStep(33)], RC.locality],
    ['an index that is written', [written(1)], [nvWrittenStep(true)], success],
    ['an index that is not written', [written(0)], [nvWrittenStep(false)], atSession(RC.policyFail, 0)],
    ['physical presence', [presence], [physicalPresenceStep], atSession(RC.pp, 0)],
    ['another cpHash', [cpHash(some)], [cpHashStep(some)], atSession(RC.policyFail, 0)],
    ['other names', [nameHash(some)], [nameHashStep(some)], atSession(RC.policyFail, 0)],
    ['a template', [template(some)], [templateStep(some)], atSession(RC.policyFail, 0)],
    ['a duplication', [duplication(1)], [duplicationSelectStep(some, other)], atSession(RC.policyCC, 0)],
    ['nothing asserted', [], [localityStep(1)], atSession(RC.policyFail, 0)],
  ]
  for (const [name, asserted, steps, expected] of uses) {
    it(`${expected === success ? 'authorizes' : 'does not authorize'} by ${name}`, async () => {
      const index = await define(policyDigest(ALG.sha256, ...steps), data)
      await within('policy', async (session) => {
        for (const each of asserted) await each(client, session)
        bench.exact(false)
        const authHandle = { ...index, auth: session }
        const code = await codeOf(client.run(NV_Read, { authHandle, nvIndex: index }, { size: 8, offset: 0 }))
        expect(code).to.equal(expected)
      })
    })
  }

  it('does not authorize what makes no object by a template that its parameters happen to be', async () => {
    const templateHash = sha256('')
    const index = await define(policyDigest(ALG.sha256, templateStep(templateHash)), data)
    await within('policy', async (session) => {
      await template(templateHash)(client, session)
      bench.exact(false)
      const authHandle = { ...index, auth: session }
      const read = client.run(NV_Read, { authHandle, nvIndex: index }, { size: 0, offset: 0 })
      expect(await codeOf(read)).to.equal(atSession(RC.policyFail, 0))
    })
  })

  const compare = (index: Index, session: AuthSession, operandB: Uint8Array, offset: number, operation: number) =>
    codeOf(
      client.run(
        PolicyNV,
        { authHandle: owner, nvIndex: index, policySession: named(session.handle) },
        { operandB, offset, operation },
      ),
    )

  describe('PolicyNV', () => {
    let index: Index
    before(async () => {
      index = await define(empty, data)
    })

    const high = data.slice(0, 4)
    const low = data.slice(4)
    const negative = Uint8Array.of(0x80, 0, 0, 0)
    const operands = [high, low, negative, Uint8Array.of(0, 0, 0, 1), Uint8Array.of(0, 0, 0, 2)]
    for (const [name, operation] of Object.entries(EO)) {
      it(`compares by ${name}`, async () => {
        for (const operandB of operands) {
          for (const offset of [0, 4]) {
            const code = await within('policy', (session) => compare(index, session, operandB, offset, operation))
            expect(code).to.be.oneOf([success, RC.policy])
          }
        }
      })
    }

    it('extends the policy by the comparison', async () => {
      const actual = await within('policy', async (session) => {
        expect(await compare(index, session, high, 0, EO.eq)).to.equal(success)
        return client.run(PolicyGetDigest, on(session), {})
      })
      expect(actual.policyDigest).to.deep.equal(policyDigest(ALG.sha256, nvStep(index.name, high, 0, EO.eq)))
    })

    it('refuses what lies outside, was never written, or may not be read', async () => {
      const fresh = await define(empty)
      await within('policy', async (session) => {
        expect(await compare(index, session, empty, 9, EO.eq)).to.equal(atParameter(RC.value, 1))
        expect(await compare(index, session, high, 5, EO.eq)).to.equal(atParameter(RC.size, 0))
        expect(await compare(index, session, high, 0, 12)).to.equal(atParameter(RC.value, 2))
        expect(await compare(fresh, session, high, 0, EO.eq)).to.equal(RC.nvUninitialized)
        const policySession = named(RH.owner)
        const handles = { authHandle: owner, nvIndex: index, policySession }
        const wrong = client.run(PolicyNV, handles, { operandB: high, offset: 0, operation: EO.eq })
        expect(await codeOf(wrong)).to.equal(atHandle(RC.value, 2))
      })
    })

    it('a trial session compares nothing', async () => {
      const fresh = await define(empty)
      const code = await within('trial', (session) => compare(fresh, session, high, 100, EO.eq))
      expect(code).to.equal(success)
    })
  })
}
