export { applyPolicy, type AppliedPolicy } from './apply.ts'
export { PolicyShelf, type InForce } from './in-force.ts'
export { listPolicies, showPolicy } from './show.ts'
