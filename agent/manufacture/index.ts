export { AuthorityError, authorityIn, LocalAuthority } from './local-authority.ts'
export { addManufactureCommand } from './manufacture-command.ts'
export { ManufactureError, manufactureTpm, type Manufactured } from './manufacture-tpm.ts'
