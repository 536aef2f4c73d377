/** A first configuration: what must be said, and everything that may be. A test reads it with all comments removed. */
export const starterConfig = (
  dataDir: string,
): string => `# Configuration of bootlatch-server. Every key is checked; an unknown one stops the start.

# Everything the server keeps: key vault, authorities, database. One server at a time; back it up as a whole.
dataDir: ${JSON.stringify(dataDir)}

# host:port, or a list of them; IPv6 addresses in brackets.
listen:
  main: 127.0.0.1:7443 # machines and operators, by client certificate
  join: 127.0.0.1:7444 # enrolment, by join token
#  results: 127.0.0.1:7445 # keys to verify attestation results by, over HTTPS, for anybody

# Under which names machines and operators reach it; needed where it listens on every address (0.0.0.0, [::]).
#advertise:
#  main: bootlatch.example.com:7443
#  join: bootlatch.example.com:7444
#  results: bootlatch.example.com:7445

# Attestation results, where listen.results is set: who signs them (https://ADVERTISED, if not named) and how long one counts.
#results:
#  issuer: https://bootlatch.example.com
#  validMinutes: 10

# Further names for the server's certificate, and your own certificate instead of one of the built-in authority:
# the chain, leaf first, ending in the self-signed root, and its key, both PEM; or one RSA PKCS #12 file.
#tls:
#  names: [bootlatch.internal, 192.0.2.1]
#  certificate: { chain: /etc/bootlatch/chain.pem, key: /etc/bootlatch/key.pem }
#  #certificate: { pkcs12: /etc/bootlatch/server.p12, passphraseFile: /etc/bootlatch/p12-passphrase }

# Passphrase of the key vault (mode 0600). Without it: --passphrase-file, the systemd credential
# bootlatch-vault-passphrase (LoadCredential=), or the terminal.
#passphraseFile: /etc/bootlatch/passphrase

#limits:
#  connections: 4096
#  connectionsPerAddress: 256
#  joinConnectionsPerMinutePerAddress: 60
#  requestsPerMinutePerMachine: 600
#  streamsPerConnection: 32

#log:
#  level: info # debug, info, warn, error
`
