import { sql, type CreateTableBuilder, type Kysely, type Migration } from 'kysely'

type Column = 'text' | 'integer' | 'blob'
type Columns = Readonly<Record<string, Column | `${Column}?` | `${Column}!`>>

/** Table by table: `?` may be null, `!` is (part of) the primary key. Times are UTC milliseconds. */
const tables: Readonly<Record<string, Columns>> = {
  groups: { name: 'text!', createdUnixMs: 'integer', keyVersion: 'integer', wrappedKey: 'blob' },
  joinTokens: {
    secretSha256: 'blob!',
    machineName: 'text',
    groupName: 'text',
    createdUnixMs: 'integer',
    createdBy: 'text',
    expiresUnixMs: 'integer',
    boundMachineId: 'blob?',
    settledDecision: 'integer?',
    spentByKeySha256: 'blob?',
  },
  machines: {
    id: 'blob!',
    name: 'text',
    groupName: 'text',
    state: 'text',
    stateBeforeLock: 'text?',
    tier: 'text',
    createdUnixMs: 'integer',
    enrolledUnixMs: 'integer?',
    lastBootUnixMs: 'integer?',
    lastAcceptedDecision: 'integer?',
  },
  identities: {
    id: 'blob!',
    machineId: 'blob',
    state: 'text',
    joinTokenSha256: 'blob',
    machineKeySpki: 'blob',
    machineKeySha256: 'blob',
    akPublic: 'blob?',
    akName: 'blob?',
    tokenHead: 'blob?',
    generation: 'integer',
    resetCount: 'integer?',
    restartCount: 'integer?',
    clock: 'text?',
    createdUnixMs: 'integer',
    liveUnixMs: 'integer?',
    confirmedUnixMs: 'integer?',
    revokedUnixMs: 'integer?',
  },
  identityEks: { identityId: 'blob!', position: 'integer!', ekName: 'blob', ekPublic: 'blob' },
  enrolments: {
    id: 'blob!',
    identityId: 'blob',
    machineId: 'blob',
    startedUnixMs: 'integer',
    proveCore: 'blob?',
    challenges: 'blob?',
    wrappedSecrets: 'blob?',
    conflictWith: 'text?',
    completeCore: 'blob?',
    certificates: 'blob?',
  },
  stateKeys: { identityId: 'blob!', generation: 'integer!', wrapped: 'blob', createdUnixMs: 'integer' },
  boots: {
    id: 'blob!',
    machineId: 'blob',
    identityId: 'blob',
    admittedDecision: 'integer',
    admittedUnixMs: 'integer',
    approvedDecision: 'integer?',
    ended: 'text?',
  },
  heldRequests: {
    decision: 'integer!',
    machineId: 'blob',
    identityId: 'blob',
    heldFor: 'text',
    heldUnixMs: 'integer',
    nextTokenHash: 'blob',
    stateGeneration: 'integer',
    resolution: 'text?',
    resolvedUnixMs: 'integer?',
    resolvedBy: 'text?',
    resolvedReason: 'text?',
  },
  decisions: {
    number: 'integer!',
    gate: 'text',
    outcome: 'text',
    machineId: 'blob',
    machineName: 'text',
    bootId: 'blob?',
    decidedUnixMs: 'integer',
    peer: 'text',
    summary: 'text',
    policy: 'text?',
    policyVersion: 'integer?',
    reasons: 'text',
    bootDiff: 'text',
    comparedWith: 'integer?',
    evidenceSha256: 'blob?',
    verified: 'integer',
  },
  evidence: { sha256: 'blob!', bytes: 'blob' },
  spentChallenges: {
    challengeSha256: 'blob!',
    requestSha256: 'blob',
    machineId: 'blob',
    bootId: 'blob',
    decision: 'integer',
    spentUnixMs: 'integer',
    sealedKeys: 'text?',
  },
  policies: {
    name: 'text!',
    version: 'integer!',
    document: 'text',
    source: 'text',
    appliedUnixMs: 'integer',
    appliedBy: 'text',
  },
  volumeKeys: {
    id: 'blob!',
    machineId: 'blob',
    groupName: 'text',
    uuid: 'blob',
    keyslotDigest: 'blob',
    version: 'integer',
    wrapped: 'blob',
    origin: 'text',
    createdUnixMs: 'integer',
    lastReleasedUnixMs: 'integer?',
    lastReleasedDecision: 'integer?',
  },
  operatorActions: {
    id: 'integer!',
    machineId: 'blob',
    action: 'text',
    operator: 'text',
    reason: 'text',
    doneUnixMs: 'integer',
  },
  alarms: { id: 'integer!', machineId: 'blob', raisedUnixMs: 'integer', text: 'text' },
  serverSecrets: { name: 'text!', wrapped: 'blob' },
  counters: { name: 'text!', value: 'integer' },
}

/** Every reference by id is one the database checks. */
const references: readonly (readonly [string, string, string, string])[] = [
  ['machines', 'groupName', 'groups', 'name'],
  ['joinTokens', 'groupName', 'groups', 'name'],
  ['identities', 'machineId', 'machines', 'id'],
  ['identityEks', 'identityId', 'identities', 'id'],
  ['enrolments', 'identityId', 'identities', 'id'],
  ['stateKeys', 'identityId', 'identities', 'id'],
  ['boots', 'identityId', 'identities', 'id'],
  ['boots', 'admittedDecision', 'decisions', 'number'],
  ['heldRequests', 'decision', 'decisions', 'number'],
  ['heldRequests', 'identityId', 'identities', 'id'],
  ['decisions', 'machineId', 'machines', 'id'],
  ['decisions', 'evidenceSha256', 'evidence', 'sha256'],
  ['spentChallenges', 'decision', 'decisions', 'number'],
  ['spentChallenges', 'bootId', 'boots', 'id'],
  ['volumeKeys', 'machineId', 'machines', 'id'],
]

function addColumns(
  table: string,
  columns: Columns,
): (builder: CreateTableBuilder<string>) => CreateTableBuilder<string> {
  return (start) => {
    let builder = start
    for (const [name, declared] of Object.entries(columns)) {
      const type = declared.replace(/[?!]$/, '') as Column
      builder = builder.addColumn(name, type, (column) => (declared.endsWith('?') ? column : column.notNull()))
    }
    const key = Object.keys(columns).filter((name) => columns[name]?.endsWith('!'))
    builder = builder.addPrimaryKeyConstraint(`pk_${table}`, key as never[])
    for (const [from, column, to, target] of references)
      if (from === table)
        builder = builder.addForeignKeyConstraint(`fk_${table}_${column}`, [column as never], to, [target])
    return builder
  }
}

export const firstSchema: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [table, columns] of Object.entries(tables))
      await db.schema.createTable(table).$call(addColumns(table, columns)).execute()

    // A name is free again once its machine is removed.
    await sql`create unique index machines_name on machines (name) where state <> 'removed'`.execute(db)
    // One machine key, one AK and one live identity: each unique across the fleet.
    await sql`create unique index identities_key on identities (machine_key_sha256) where state <> 'revoked'`.execute(
      db,
    )
    await sql`create unique index identities_live on identities (machine_id) where state = 'live'`.execute(db)
    await sql`create unique index volume_keys_slot on volume_keys (machine_id, uuid, keyslot_digest)`.execute(db)
    await sql`create index decisions_machine on decisions (machine_id, number)`.execute(db)
    await sql`create index identity_eks_name on identity_eks (ek_name)`.execute(db)
    await sql`create index identities_ak on identities (ak_name)`.execute(db)
    await sql`create index boots_machine on boots (machine_id, admitted_decision)`.execute(db)
    await sql`create index held_machine on held_requests (machine_id, decision)`.execute(db)
    await sql`insert into counters (name, value) values ('decisions', 0)`.execute(db)
  },
}
