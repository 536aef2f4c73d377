import { expect } from 'chai'
import fc from 'fast-check'
import { applyPolicy, PolicyShelf } from '../../../policy-server/policies/index.ts'
import { openStore, type Store } from '../../../policy-server/store/index.ts'
import { Engineers } from '../../fakes/engineers.ts'

const serverId = new Uint8Array(32).fill(7)
const names = ['ann', 'bob', 'cy', 'dan'] as const
const engineers = new Engineers(serverId)
const policy = `kind: BootPolicy
name: web
groups: [web]
admission: { networks: [10.0.0.0/8] }
release: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }
`
/** What the server asks for of every change, a group of its own, and the group around that. */
const asked = fc.record({ server: fc.nat(4), own: fc.nat(4), outer: fc.nat(4) })
/** Who brings a signature, in which order; nobody is kept from bringing his again. */
const brought = fc.array(fc.constantFrom(...names), { maxLength: 6 })

describe('a document of a group that demands signatures', () => {
  /** Whether the document is in force after each of the signatures was brought by itself. */
  async function isInForce(
    { server, own, outer }: { server: number; own: number; outer: number },
    signers: readonly (typeof names)[number][],
  ): Promise<boolean> {
    const store: Store = await openStore(':memory:')
    const shelf = new PolicyShelf()
    const apply = async (document: string, version: number, ...by: readonly string[]) => {
      const signatures = await engineers.sign(document, version, by)
      const applied = { by: 'op', unixMs: 1, serverId, signatures }
      return await applyPolicy(store, shelf, { document, source: 'given.yaml' }, applied)
    }
    const changes = (signatures: number) =>
      signatures === 0 ? 'require: { tier: T1 }' : `changes: { signatures: ${signatures} }`
    await apply(engineers.signers(server, names), 1, ...names)
    await apply(`kind: Group\nname: all\n${changes(outer)}\n`, 1, ...names)
    await apply(`kind: Group\nname: web\nparent: all\n${changes(own)}\n`, 1, ...names)
    await apply(policy, 1)
    for (const signer of signers) await apply(policy, 1, signer).catch(() => undefined)
    const found = await store.transact((tx) => shelf.inForce(tx, { name: 'web-1', groupName: 'web' }))
    await store.close()
    return found.kind === 'one'
  }

  it('is in force once as many different engineers have signed as the largest demand says, in whatever order', async () => {
    const law = async (wanted: { server: number; own: number; outer: number }, signers: (typeof names)[number][]) => {
      const needed = Math.max(wanted.server, wanted.own, wanted.outer)
      expect(await isInForce(wanted, signers)).to.equal(new Set(signers).size >= needed)
    }
    await fc.assert(fc.asyncProperty(asked, brought, law), { numRuns: 25 })
  })

  it('is not in force by dropping a signature', async () => {
    const law = async (
      wanted: { server: number; own: number; outer: number },
      signers: (typeof names)[number][],
      at: number,
    ) => {
      const fewer = signers.filter((_, index) => index !== at)
      if (await isInForce(wanted, fewer)) expect(await isInForce(wanted, signers)).to.equal(true)
    }
    await fc.assert(fc.asyncProperty(asked, brought, fc.nat(5), law), { numRuns: 12 })
  })
})
