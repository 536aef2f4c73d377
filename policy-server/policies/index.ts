export { applyPolicy, type AppliedPolicy, type PolicyDocument } from './apply.ts'
export { inForceOf, PolicyShelf, type Compiled, type InForce } from './in-force.ts'
export { proposalOf } from './proposal.ts'
export { listPolicies, showPolicy } from './show.ts'
