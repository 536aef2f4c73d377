export { ConfigError, type ConfigPlace } from './config-error.ts'
export { isWildcard, readEndpoint, writeEndpoint, type Endpoint } from './endpoint.ts'
export { parseConfig, readConfig } from './read-config.ts'
export { type ServerConfig } from './schema.ts'
