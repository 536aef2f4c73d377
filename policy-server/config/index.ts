export { ConfigError } from './config-error.ts'
export { isWildcard, writeEndpoint, type Endpoint } from './endpoint.ts'
export { parseConfig, readConfig } from './read-config.ts'
export { type ServerConfig } from './schema.ts'
