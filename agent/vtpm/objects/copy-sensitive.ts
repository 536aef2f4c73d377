import type { TPMT_SENSITIVE } from '../../../core/tpm/index.ts'

/** A sensitive area for another object, since each zeroes its own when it goes. */
export const copySensitive = (secret: TPMT_SENSITIVE): TPMT_SENSITIVE => ({
  ...secret,
  authValue: secret.authValue.slice(),
  seedValue: secret.seedValue.slice(),
  sensitive: secret.sensitive.slice(),
})
