import { toHex } from '../../core/bytes/index.ts'
import {
  ALG,
  authValueStep,
  CC,
  commandCodeStep,
  digest,
  localityStep,
  nvWrittenStep,
  type Named,
  named,
  orStep,
  passwordSession,
  pcrStep,
  PolicyAuthValue,
  PolicyCommandCode,
  policyDigest,
  PolicyLocality,
  PolicyNvWritten,
  PolicyOR,
  PolicyPassword,
  PolicyPCR,
  PolicySecret,
  type PolicyStep,
  RH,
  secretStep,
} from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import { refusalOnly } from './answers.ts'
import type { Held, World } from './world.ts'

/** One assertion: what it makes of a policy's digest, and how a session is brought to it. */
interface Assertion {
  readonly step: PolicyStep
  readonly assert: (world: World, policySession: Named, hash: number) => Promise<unknown>
  readonly needs?: Held['needs']
  /** The command that it allows alone. */
  readonly code?: number
}

const empty = new Uint8Array(0)
const localityZero = 1

const onCommand = (code: number): Assertion => ({
  code,
  step: commandCodeStep(code),
  assert: ({ client }, policySession) => client.run(PolicyCommandCode, { policySession }, { code }),
})
const authValue: Assertion = {
  step: authValueStep,
  assert: ({ client }, policySession) => client.run(PolicyAuthValue, { policySession }, {}),
  needs: 'authValue',
}
const password: Assertion = {
  step: authValueStep,
  assert: ({ client }, policySession) => client.run(PolicyPassword, { policySession }, {}),
  needs: 'password',
}
const inLocality: Assertion = {
  step: localityStep(localityZero),
  assert: ({ client }, policySession) => client.run(PolicyLocality, { policySession }, { locality: localityZero }),
}
const noPcr: Assertion = {
  step: (hash, old) => pcrStep([], digest(hash, empty))(hash, old),
  assert: ({ client }, policySession) => client.run(PolicyPCR, { policySession }, { pcrDigest: empty, pcrs: [] }),
}
const onWritten = (isWritten: boolean): Assertion => ({
  step: nvWrittenStep(isWritten),
  assert: ({ client }, policySession) =>
    client.run(PolicyNvWritten, { policySession }, { writtenSet: isWritten ? 1 : 0 }),
})
const ownersSecret: Assertion = {
  step: secretStep(named(RH.owner).name),
  assert: (world, policySession) => {
    const authHandle = { ...named(RH.owner), auth: passwordSession(world.authOf(RH.owner)) }
    const parameters = { nonceTPM: empty, cpHashA: empty, policyRef: empty, expiration: 0 }
    return world.client.run(PolicySecret, { authHandle, policySession }, parameters)
  },
}
const authValueOrNothing: Assertion = {
  step: (hash) => orStep(alternatives(hash))(hash, empty),
  assert: ({ client }, policySession, hash) =>
    client.run(PolicyOR, { policySession }, { pHashList: alternatives(hash) }),
}
const alternatives = (hash: number): Uint8Array[] => [policyDigest(hash, authValueStep), policyDigest(hash)]

/** What the entities of generated commands may be bound to; a session of each can be made without a secret but the owner's. */
export const policies: readonly (readonly Assertion[])[] = [
  [authValue],
  [password],
  [onCommand(CC.Duplicate)],
  [onCommand(CC.NV_ChangeAuth), authValue],
  [onCommand(CC.NV_UndefineSpaceSpecial)],
  [onCommand(CC.ObjectChangeAuth)],
  [onCommand(CC.Certify), password],
  [onCommand(CC.PolicySecret)],
  [onCommand(CC.Unseal), inLocality],
  [onWritten(true)],
  [onWritten(false), authValue],
  [ownersSecret, noPcr],
  [authValueOrNothing],
]

export const digestOf = (hash: number, assertions: readonly Assertion[]): Uint8Array =>
  policyDigest(hash, ...assertions.map(({ step }) => step))

/** Whether a policy is the one above that allows a command alone. */
export function isPolicyOn(code: number, nameAlg: number, authPolicy: Uint8Array): boolean {
  return policies.some(
    (assertions) =>
      assertions.some((each) => each.code === code) && toHex(digestOf(nameAlg, assertions)) === toHex(authPolicy),
  )
}

/** A policy that something is bound to, so that a session for it is of use; undefined if nothing is. */
export function wantedPolicy(
  world: World,
  choices: Choices,
): { readonly hash: number; readonly assertions: readonly Assertion[] } | undefined {
  const wanted = [...world.things.values()].flatMap(({ publicArea, nvPublic }) => {
    const { nameAlg: hash, authPolicy } = publicArea ?? nvPublic ?? { nameAlg: ALG.null, authPolicy: empty }
    if (hash === ALG.null || authPolicy.length === 0) return []
    const assertions = policies.find((each) => toHex(digestOf(hash, each)) === toHex(authPolicy))
    return assertions === undefined ? [] : [{ hash, assertions }]
  })
  return wanted.length === 0 ? undefined : choices.pick(wanted)
}

/** Brings a session to a policy, as far as the TPM lets it; returns what it then needs beside it. */
export async function bringTo(
  world: World,
  { handle, hash }: { readonly handle: number; readonly hash: number },
  assertions: readonly Assertion[],
): Promise<Held['needs']> {
  for (const { assert } of assertions)
    await assert(world, named(handle), hash).catch((error: unknown) => {
      refusalOnly(error, false)
    })
  return assertions.find(({ needs }) => needs !== undefined)?.needs ?? 'nothing'
}
