export { loadServerIdentity } from './load-identity.ts'
export { startServer, type RunningServer } from './start-server.ts'
