/**
 * What a sealed answer is for. It stands in the protected header, so that an answer to one question never opens as the
 * answer to another. `bootId` and `decision` of the header are, by purpose:
 *
 * | purpose      | answers  | bootId           | decision                   | plaintext      |
 * |--------------|----------|------------------|----------------------------|----------------|
 * | `stateKey`   | Begin    | the enrolment id | 0                          | `StateKey[]`   |
 * | `stateKeys`  | PowerOn  | the boot id      | the admission's            | `StateKey[]`   |
 * | `release`    | Release  | the boot id      | the release's              | `ReleasedKey[]`|
 * | `boundRelease` | Release | the boot id     | the release's              | `TpmBoundKeys` |
 * | `rekey`      | PowerOn  | empty            | the settled request's      | `RekeyOrder`   |
 */
export const sealPurpose = {
  stateKey: 'bootlatch/v1/state-key',
  stateKeys: 'bootlatch/v1/state-keys',
  release: 'bootlatch/v1/release',
  boundRelease: 'bootlatch/v1/release-to-tpm',
  rekey: 'bootlatch/v1/rekey',
} as const

export type SealPurpose = (typeof sealPurpose)[keyof typeof sealPurpose]
