/** A storage key at 80000000 whose password is `sto`. */
const storageKey = 'createprimary -hi o -ecc nistp256 -pwdk sto'

/** A key of some kind under it, at 80000001, whose password is `key`. */
const childKey = (kind: string): string => `
  create -hp 80000000 -pwdp sto ${kind} -pwdk key -opu k.pub -opr k.prv
  load -hp 80000000 -pwdp sto -ipu k.pub -ipr k.prv`

/** A signing key under a policy, with a session beside it that is to meet the policy. */
const keyUnder = (policy: string): string => `
  ${storageKey}
  ${childKey(`-ecc nistp256 -si -pol ${policy}`)}
  startauthsession -se p -on nonce
  ! sign -hk 80000001 -ecc -if message -se0 03000000 1`
const signsByPolicy = 'sign -hk 80000001 -ecc -if message -os sig -se0 03000000 0'

const sessionOf = (options: string): string => `
  startauthsession -se h ${options}
  create -hp 80000001 -pwdp sto -kh -pwdk key -opu k.pub -opr k.prv -se0 02000000 61
  load -hp 80000001 -pwdp sto -ipu k.pub -ipr k.prv -se0 02000000 1
  hmac -hk 80000002 -pwdk key -ic abc -se0 02000000 1
  ! hmac -hk 80000002 -pwdk wrong -ic abc -se0 02000000 1
  objectchangeauth -hp 80000001 -ho 80000002 -pwdo key -pwdn new -opr k2.prv -se0 02000000 61
  getrandom -by 16 -se0 02000000 41
  readpublic -ho 80000001 -se0 02000000 81
  contextsave -ha 02000000 -of session.context
  ! readpublic -ho 80000001 -se0 02000000 81
  contextload -if session.context
  ! contextload -if session.context
  readpublic -ho 80000001 -se0 02000000 c0
  flushcontext -ha 80000002`

const nvIndex = (type: string, more: string): string => `
  nvdefinespace -hi o -ha 01000000 -pwdn nnn -ty ${type} ${more}
  ! nvdefinespace -hi o -ha 01000000 -pwdn nnn -ty ${type} ${more}
  nvreadpublic -ha 01000000
  ! nvread -ha 01000000 -pwdn nnn -sz 8`
const nvEnd = `
  createprimary -hi e -si -ecc nistp256
  nvcertify -ha 01000000 -pwdn nnn -hk 80000000 -salg ecc -sz 8 -oa attest -os sig
  ! nvcertify -ha 01000000 -pwdn nnn -hk 80000000 -salg ecc -sz 80
  ! nvread -ha 01000000 -pwdn bad -sz 8
  nvundefinespace -hi o -ha 01000000
  ! nvundefinespace -hi o -ha 01000000`

/**
 * What goes to both TPMs, one line a command: a utility without its `tss`, and its parameters. `!` says that the TPM
 * must refuse; `power` takes the power away and gives it back.
 */
export const conversations: Readonly<Record<string, string>> = {
  'primary keys of every kind': ['o', 'e', 'p', 'n']
    .flatMap((hierarchy) =>
      ['-ecc nistp256 -st', '-ecc nistp384 -si', '-kh', '-des', '-ecc nistp256 -gp', '-dp'].map(
        (kind) => `
  createprimary -hi ${hierarchy} ${kind} -pwdk key -opu primary.pub -tk primary.tk -ch primary.ch
  readpublic -ho 80000000
  contextsave -ha 80000000 -of primary.context
  flushcontext -ha 80000000
  ! readpublic -ho 80000000
  contextload -if primary.context
  flushcontext -ha 80000000`,
      ),
    )
    .join(''),

  'a persistent key': `
    ${storageKey}
    evictcontrol -hi o -ho 80000000 -hp 81000100
    ! evictcontrol -hi o -ho 80000000 -hp 81000100
    ! evictcontrol -hi o -ho 80000000 -hp 81800100
    flushcontext -ha 80000000
    create -hp 81000100 -pwdp sto -bl -if message -pwdk key -opu k.pub -opr k.prv
    load -hp 81000100 -pwdp sto -ipu k.pub -ipr k.prv
    evictcontrol -hi o -ho 81000100 -hp 81000100
    ! readpublic -ho 81000100`,

  'HMAC sessions': `
    createprimary -hi o -rsa -pwdk sto -deo
    ${storageKey}
    ${['-halg sha256 -sym xor', '-halg sha1 -sym aes', '-halg sha384 -sym xor -hs 80000000', '-sym aes -hs 80000001']
      .concat(['-bi 80000001 -pwdb sto -sym aes', '-hs 80000000 -bi 40000001 -halg sha256 -sym aes'])
      .map(sessionOf)
      .join('')}`,

  'three sessions in one command': `
    ${storageKey}
    startauthsession -se h
    startauthsession -se h -sym aes
    startauthsession -se h -hs 80000000 -sym aes
    create -hp 80000000 -pwdp sto -kh -pwdk key -se0 02000000 1 -se1 02000001 21 -se2 02000002 41
    create -hp 80000000 -pwdp sto -kh -pwdk key -se0 02000000 81 -se1 02000001 61
    ! create -hp 80000000 -pwdp sto -kh -pwdk key -se0 02000000 1 -se1 02000000 61
    ! create -hp 80000000 -pwdp sto -kh -pwdk key -se0 02000000 1 -se1 02000001 1
    getrandom -by 8 -se0 02000000 41 -se1 02000001 81`,

  'PolicyAuthValue, PolicyPassword and PolicyRestart': `
    startauthsession -se t
    policyauthvalue -ha 03000000
    policygetdigest -ha 03000000 -of pol
    flushcontext -ha 03000000
    ${keyUnder('pol')}
    policyauthvalue -ha 03000000
    ! sign -hk 80000001 -ecc -if message -pwdk bad -se0 03000000 1
    policyrestart -ha 03000000
    policypassword -ha 03000000
    sign -hk 80000001 -ecc -if message -pwdk key -se0 03000000 1
    policyauthvalue -ha 03000000
    sign -hk 80000001 -ecc -if message -pwdk key -se0 03000000 0`,

  'PolicyCommandCode, PolicyPCR and PolicyOR': `
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 15d
    policygetdigest -ha 03000000 -of pol.code
    policyrestart -ha 03000000
    policypcr -ha 03000000 -bm 1
    policygetdigest -ha 03000000 -of pol.pcr
    policyrestart -ha 03000000
    policyor -ha 03000000 -if pol.code -if pol.pcr
    policygetdigest -ha 03000000 -of pol
    ! policycommandcode -ha 03000000 -cc fff
    flushcontext -ha 03000000
    ${keyUnder('pol')}
    policycommandcode -ha 03000000 -cc 15d
    ! policycommandcode -ha 03000000 -cc 15e
    ! policyor -ha 03000000 -if pol.pcr -if pol.pcr
    policyor -ha 03000000 -if pol.code -if pol.pcr
    ${signsByPolicy}
    startauthsession -se p
    policypcr -ha 03000000 -bm 1
    policyor -ha 03000000 -if pol.code -if pol.pcr
    sign -hk 80000001 -ecc -if message -os sig -se0 03000000 1
    policypcr -ha 03000000 -bm 1
    policyor -ha 03000000 -if pol.code -if pol.pcr
    pcrextend -ha 0 -ic changed
    ! ${signsByPolicy}
    policyrestart -ha 03000000
    policypcr -ha 03000000 -bm 1
    ! policyor -ha 03000000 -if pol.code -if pol.pcr`,

  'PolicySigned and its ticket': `
    loadexternal -hi o -ipem rsa-public.pem
    startauthsession -se t
    policysigned -ha 03000000 -hk 80000000 -sk rsa.pem -pref reference
    policygetdigest -ha 03000000 -of pol
    flushcontext -ha 03000000
    flushcontext -ha 80000000
    ${keyUnder('pol')}
    loadexternal -hi o -ipem rsa-public.pem
    policysigned -ha 03000000 -hk 80000002 -sk rsa.pem -pref reference -in nonce -exp -200 -tk ticket -to timeout
    ${signsByPolicy}
    startauthsession -se p
    ! policysigned -ha 03000000 -hk 80000002 -sk rsa.pem -pref reference -in digest
    ! policyticket -ha 03000000 -to timeout -pref reference -hi o -tk ticket
    policyticket -ha 03000000 -to timeout -pref reference -na h80000002.bin -tk ticket
    ${signsByPolicy}`,

  'PolicySecret and its ticket': `
    startauthsession -se t
    policysecret -ha 40000001 -hs 03000000 -pref reference
    policygetdigest -ha 03000000 -of pol
    flushcontext -ha 03000000
    ${keyUnder('pol')}
    policysecret -ha 40000001 -hs 03000000 -pref reference -in nonce -exp -200 -tk ticket -to timeout
    ! policysecret -ha 80000000 -hs 03000000 -pwde bad
    ${signsByPolicy}
    startauthsession -se p
    policyticket -ha 03000000 -to timeout -pref reference -hi o -tk ticket
    ${signsByPolicy}
    startauthsession -se h
    startauthsession -se p
    policysecret -ha 80000000 -hs 03000001 -pwde sto -se0 02000000 0`,

  PolicyAuthorize: `
    loadexternal -hi o -ipem rsa-public.pem
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 15d
    policygetdigest -ha 03000000 -of pol
    ! policyauthorize -ha 03000000 -appr pol -skn h80000000.bin -tk nothing
    flushcontext -ha 03000000`,

  'PolicyCpHash, PolicyTemplate, PolicyCounterTimer and PolicyNvWritten': `
    startauthsession -se t
    policycphash -ha 03000000 -cp digest
    ! policycphash -ha 03000000 -cp block
    policyrestart -ha 03000000
    policytemplate -ha 03000000 -te digest
    policyrestart -ha 03000000
    policycountertimer -ha 03000000 -if block -op 1
    policynvwritten -hs 03000000 -ws y
    ! policynvwritten -hs 03000000 -ws n
    flushcontext -ha 03000000
    startauthsession -se p
    ! policycountertimer -ha 03000000 -if block -op 0
    policycountertimer -ha 03000000 -if block -op 1`,

  'PolicyNV in every comparison': `
    nvdefinespace -hi o -ha 01000000 -pwdn nnn -sz 16
    startauthsession -se p
    ! policynv -ha 01000000 -pwda nnn -hs 03000000 -if block -op 0
    nvwrite -ha 01000000 -pwdn nnn -if block
    ${['0', '6', '7', '8', '9', 'a']
      .map((operation) => `\n    policynv -ha 01000000 -pwda nnn -hs 03000000 -if block -op ${operation}`)
      .join('')}
    ${['1', '2', '3', '4', '5', 'b']
      .map((operation) => `\n    ! policynv -ha 01000000 -pwda nnn -hs 03000000 -if block -op ${operation}`)
      .join('')}
    ! policynv -ha 01000000 -pwda bad -hs 03000000 -if block -op 0
    ! policynv -ha 01000000 -pwda nnn -hs 03000000 -if block -op 0 -off 1
    nvundefinespace -hi o -ha 01000000`,

  PolicyAuthorizeNV: `
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 15d
    policygetdigest -ha 03000000 -of pol
    nvdefinespace -hi o -ha 01000000 -pwdn nnn -sz 34
    nvwrite -ha 01000000 -pwdn nnn -if digest
    policyauthorizenv -ha 01000000 -pwda nnn -hs 03000000
    nvundefinespace -hi o -ha 01000000`,

  'NV: an ordinary index': `
    ${nvIndex('o', '-sz 16')}
    ! nvwrite -ha 01000000 -pwdn bad -ic 12345678
    nvwrite -ha 01000000 -pwdn nnn -ic 12345678
    nvwrite -ha 01000000 -pwdn nnn -ic xx -off 14
    ! nvwrite -ha 01000000 -pwdn nnn -ic xx -off 15
    nvread -ha 01000000 -pwdn nnn -sz 16
    ! nvread -ha 01000000 -pwdn nnn -sz 16 -off 1
    ! nvincrement -ha 01000000 -pwdn nnn
    ! nvextend -ha 01000000 -pwdn nnn -ic abc
    ! nvsetbits -ha 01000000 -pwdn nnn -bit 1
    ${nvEnd}`,

  'NV: a counter': `
    ${nvIndex('c', '')}
    nvincrement -ha 01000000 -pwdn nnn
    nvincrement -ha 01000000 -pwdn nnn
    ! nvwrite -ha 01000000 -pwdn nnn -ic 12345678
    nvread -ha 01000000 -pwdn nnn -sz 8
    ${nvEnd}`,

  'NV: bits': `
    ${nvIndex('b', '')}
    nvsetbits -ha 01000000 -pwdn nnn -bit 3 -bit 63
    nvsetbits -ha 01000000 -pwdn nnn
    ! nvincrement -ha 01000000 -pwdn nnn
    nvread -ha 01000000 -pwdn nnn -sz 8
    ${nvEnd}`,

  'NV: an extended index': `
    ${nvIndex('e', '')}
    nvextend -ha 01000000 -pwdn nnn -ic abc
    nvextend -ha 01000000 -pwdn nnn -if block
    ! nvwrite -ha 01000000 -pwdn nnn -ic 12345678
    nvread -ha 01000000 -pwdn nnn -sz 32
    ${nvEnd}`,

  'NV: locks, over a start': `
    nvdefinespace -hi o -ha 01000000 -pwdn nnn -sz 8 +at wst +at rst
    nvdefinespace -hi o -ha 01000001 -pwdn nnn -sz 8 +at wd
    nvdefinespace -hi o -ha 01000002 -pwdn nnn -sz 8 +at gl
    nvwrite -ha 01000000 -pwdn nnn -ic 12345678
    nvwrite -ha 01000001 -pwdn nnn -ic 12345678
    nvwritelock -ha 01000000 -pwdn nnn
    nvwritelock -ha 01000001 -pwdn nnn
    ! nvwritelock -ha 01000002 -pwdn nnn
    nvglobalwritelock -hia o
    ! nvwrite -ha 01000000 -pwdn nnn -ic 1
    ! nvwrite -ha 01000001 -pwdn nnn -ic 1
    ! nvwrite -ha 01000002 -pwdn nnn -ic 1
    nvreadlock -ha 01000000 -pwdn nnn
    ! nvreadlock -ha 01000001 -pwdn nnn
    ! nvread -ha 01000000 -pwdn nnn -sz 8
    shutdown -c
    power
    ! getrandom -by 1
    startup -c
    ! startup -c
    nvread -ha 01000000 -pwdn nnn -sz 8
    nvwrite -ha 01000000 -pwdn nnn -ic 1
    ! nvwrite -ha 01000001 -pwdn nnn -ic 1
    nvwrite -ha 01000002 -pwdn nnn -ic 1
    nvundefinespace -hi o -ha 01000000
    nvundefinespace -hi o -ha 01000001
    nvundefinespace -hi o -ha 01000002`,

  'NV: ChangeAuth under a policy, bound sessions': `
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 13b
    policyauthvalue -ha 03000000
    policygetdigest -ha 03000000 -of pol
    flushcontext -ha 03000000
    nvdefinespace -hi o -ha 01000000 -pwdn nnn -sz 8 -pol pol
    ! nvchangeauth -ha 01000000 -pwdo nnn -pwdn mmm
    startauthsession -se p
    policycommandcode -ha 03000000 -cc 13b
    policyauthvalue -ha 03000000
    nvchangeauth -ha 01000000 -pwdo nnn -pwdn mmm -se0 03000000 0
    ! nvwrite -ha 01000000 -pwdn nnn -ic 1
    startauthsession -se h -bi 01000000 -pwdb mmm -sym aes
    nvwrite -ha 01000000 -pwdn mmm -ic 12345678 -se0 02000000 21
    nvread -ha 01000000 -pwdn mmm -sz 8 -se0 02000000 41
    nvundefinespace -hi o -ha 01000000`,

  'duplication, rewrapping and import': `
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 14b
    policygetdigest -ha 03000000 -of pol
    flushcontext -ha 03000000
    ${storageKey}
    create -hp 80000000 -pwdp sto -ecc nistp256 -si -kt nf -kt np -pwdk key -pol pol -opu d.pub -opr d.prv
    load -hp 80000000 -pwdp sto -ipu d.pub -ipr d.prv
    createprimary -hi p -ecc nistp256 -pwdk new
    ! duplicate -ho 80000001 -hp 80000002
    startauthsession -se p
    policycommandcode -ha 03000000 -cc 14b
    duplicate -ho 80000001 -hp 80000002 -od dup -oss seed -salg aes -ik block -se0 03000000 1
    policyrestart -ha 03000000
    policycommandcode -ha 03000000 -cc 14b
    duplicate -ho 80000001 -hp 80000000 -od dup2 -oss seed2 -se0 03000000 0
    import -hp 80000002 -pwdp new -ipu d.pub -id dup -iss seed -salg aes -ik block -opr i.prv
    ! import -hp 80000000 -pwdp sto -ipu d.pub -id dup -iss seed -salg aes -ik block -opr i2.prv
    flushcontext -ha 80000001
    load -hp 80000002 -pwdp new -ipu d.pub -ipr i.prv
    sign -hk 80000001 -pwdk key -ecc -if message -os sig
    rewrap -ho 80000000 -pwdo sto -hn 80000002 -id dup2 -in h80000001.bin -iss seed2 -od dup3 -oss seed3
    import -hp 80000002 -pwdp new -ipu d.pub -id dup3 -iss seed3 -opr i3.prv`,

  'a key of OpenSSL under a storage key': `
    ${storageKey}
    importpem -hp 80000000 -pwdp sto -ipem rsa.pem -pwdk key -opu k.pub -opr k.prv
    load -hp 80000000 -pwdp sto -ipu k.pub -ipr k.prv
    sign -hk 80000001 -pwdk key -if message -os sig
    verifysignature -hk 80000001 -if message -is sig -tk ticket
    verifysignature -ipem rsa-public.pem -if message -is sig
    ! verifysignature -hk 80000001 -if other -is sig`,

  'keys that encrypt': `
    ${storageKey}
    ${childKey('-des')}
    encryptdecrypt -hk 80000001 -pwdk key -if message -of enc
    encryptdecrypt -hk 80000001 -pwdk key -if enc -of dec -d
    encryptdecrypt -2 -hk 80000001 -pwdk key -if message -of enc
    ! encryptdecrypt -hk 80000001 -pwdk bad -if message
    flushcontext -ha 80000001
    ${childKey('-rsa -den')}
    rsaencrypt -hk 80000001 -id message -oe enc
    rsadecrypt -hk 80000001 -pwdk key -ie enc -od dec
    ! rsadecrypt -hk 80000001 -pwdk bad -ie enc`,

  credentials: `
    createprimary -hi e -ecc nistp256 -st
    createprimary -hi o -ecc nistp256 -sir -pwdk key
    makecredential -ha 80000000 -icred block -in h80000001.bin -ocred cred -os secret
    activatecredential -ha 80000001 -pwda key -hk 80000000 -icred cred -is secret -ocred out
    ! activatecredential -ha 80000001 -pwda bad -hk 80000000 -icred cred -is secret
    ! activatecredential -ha 80000000 -hk 80000000 -icred cred -is secret`,

  attestation: `
    createprimary -hi e -ecc nistp256 -sir -pwdk key
    createprimary -hi o -ecc nistp256 -tk primary.tk -ch primary.ch
    certify -ho 80000001 -hk 80000000 -pwdk key -salg ecc -qd qualifying -oa attest -os sig
    certifycreation -ho 80000001 -hk 80000000 -pwdk key -salg ecc -tk primary.tk -ch primary.ch -oa attest -os sig
    ! certifycreation -ho 80000000 -hk 80000000 -pwdk key -salg ecc -tk primary.tk -ch primary.ch
    quote -hp 0 -hp 16 -hk 80000000 -pwdk key -salg ecc -qd qualifying -oa attest -os sig
    ! quote -hp 0 -hk 80000000 -pwdk bad -salg ecc
    gettime -hk 80000000 -pwdk key -salg ecc -qd qualifying -oa attest -os sig
    startauthsession -se h
    getrandom -by 4 -se0 02000000 81
    pcrread -ha 16 -halg sha256 -se0 02000000 81
    getcapability -cap 1 -pr 80000000 -se0 02000000 81`,

  sequences: `
    hashsequencestart -pwda seq -halg sha256
    sequenceupdate -hs 80000000 -pwds seq -if message
    ! sequenceupdate -hs 80000000 -pwds bad -if message
    sequencecomplete -hs 80000000 -pwds seq -if message -of hash -tk ticket
    ! sequenceupdate -hs 80000000 -pwds seq -if message
    ${storageKey}
    ${childKey('-kh')}
    hmacstart -hk 80000001 -pwdk key -pwda seq
    sequenceupdate -hs 80000002 -pwds seq -if message
    sequencecomplete -hs 80000002 -pwds seq -if message -of hash
    hash -hi e -halg sha384 -ic abc -oh hash -tk ticket`,

  PCRs: `
    pcrextend -ha 16 -halg sha1 -halg sha256 -ic abc
    pcrread -ha 16 -halg sha256 -of value
    pcrreset -ha 16
    ! pcrreset -ha 0
    ! pcrextend -ha 24 -ic abc
    ! pcrreset -ha 17
    stirrandom -if block`,

  hierarchies: `
    hierarchychangeauth -hi o -pwdn own
    ! createprimary -hi o -ecc nistp256
    createprimary -hi o -pwdp own -ecc nistp256
    startauthsession -se h -sym aes
    hierarchychangeauth -hi o -pwda own -pwdn more -se0 02000000 21
    hierarchychangeauth -hi o -pwda more
    setprimarypolicy -hi o -pol digest -halg sha256
    ! setprimarypolicy -hi o -pol block -halg sha256
    setprimarypolicy -hi o
    hierarchycontrol -hi o -he o -state 0
    ! createprimary -hi o -ecc nistp256
    ! hierarchycontrol -hi o -he o -state 1
    hierarchycontrol -hi p -he o -state 1
    createprimary -hi o -ecc nistp256 -pwdk sto
    changepps
    changeeps
    clockrateadjust -hi p
    ! clockset -time 0 -hi p
    readclock
    clearcontrol -hi p -state 1
    ! clear -hi l
    clearcontrol -hi p -state 0
    clear -hi l
    clear -hi p`,

  'the dictionary attack logic': `
    ${storageKey}
    create -hp 80000000 -pwdp sto -bl -if message -pwdk key -da -opu k.pub -opr k.prv
    load -hp 80000000 -pwdp sto -ipu k.pub -ipr k.prv
    dictionaryattackparameters -nmt 2 -nrt 1000 -lr 1000
    dictionaryattacklockreset`,

  'a start from saved state': `
    startauthsession -se h
    contextsave -ha 02000000 -of session.context
    pcrextend -ha 1 -ic abc
    shutdown -s
    power
    startup -s
    contextload -if session.context
    getrandom -by 4 -se0 02000000 81
    pcrread -ha 1
    shutdown -c
    power
    ! startup -s
    startup -c
    startup -sto`,

  'keys that are created and loaded at once': `
    ${storageKey}
    ${['40000001', '4000000b', '4000000c', '40000007']
      .map(
        (hierarchy) => `
    createloaded -hp ${hierarchy} -ecc nistp256 -st -kt f -kt p -pwdk ppp
    create -hp 80000001 -pwdp ppp -ecc nistp384 -st -kt f -kt p -opr k.prv -opu k.pub
    load -hp 80000001 -pwdp ppp -ipr k.prv -ipu k.pub
    flushcontext -ha 80000002
    flushcontext -ha 80000001
    ! load -hp 80000001 -pwdp ppp -ipr k.prv -ipu k.pub
    createloaded -hp ${hierarchy} -ecc nistp256 -st -kt f -kt p -pwdk ppp
    load -hp 80000001 -pwdp ppp -ipr k.prv -ipu k.pub
    flushcontext -ha 80000002
    flushcontext -ha 80000001`,
      )
      .join('')}
    createloaded -hp 80000000 -pwdp sto -ecc nistp256 -si -pwdk key -opr k.prv -opu k.pub
    sign -hk 80000001 -pwdk key -ecc -if message
    flushcontext -ha 80000001
    load -hp 80000000 -pwdp sto -ipr k.prv -ipu k.pub
    ! createloaded -hp 80000001 -pwdp key -kh
    flushcontext -ha 80000001
    createprimary -hi e -dp
    createloaded -hp 80000001 -der -kh -kt f -kt p
    flushcontext -ha 80000002
    ! createloaded -hp 80000001 -der -ecc nistp256 -si -kt f -kt p
    ! create -hp 80000001 -si -ecc nistp256`,

  'a key that the dictionary attack logic protects': `
    ${storageKey}
    ${childKey('-ecc nistp256 -si -da')}
    dictionaryattackparameters -nrt 0
    ! sign -hk 80000001 -pwdk bad -ecc -if message
    sign -hk 80000001 -pwdk key -ecc -if message
    dictionaryattackparameters -nrt 120
    ! sign -hk 80000001 -pwdk bad -ecc -if message
    ! sign -hk 80000001 -pwdk key -ecc -if message
    dictionaryattacklockreset
    sign -hk 80000001 -pwdk key -ecc -if message
    dictionaryattackparameters -nrt 120 -nmt 2
    ! sign -hk 80000001 -pwdk bad -ecc -if message
    sign -hk 80000001 -pwdk key -ecc -if message
    ! sign -hk 80000001 -pwdk bad -ecc -if message
    ! sign -hk 80000001 -pwdk key -ecc -if message
    dictionaryattacklockreset
    hierarchychangeauth -hi l -pwdn lll
    dictionaryattacklockreset -pwd lll
    dictionaryattackparameters -nrt 0 -pwd lll
    hierarchychangeauth -hi l -pwda lll`,

  'what audits attest': `
    createprimary -hi e -rsa -sir -pwdk key
    startauthsession -se h
    getrandom -by 4 -se0 02000000 81
    getsessionauditdigest -hk 80000000 -pwdk key -hs 02000000 -os sig -oa attest -od audit
    verifysignature -hk 80000000 -if attest -is sig
    ! getsessionauditdigest -hk 80000000 -pwdk bad -hs 02000000 -os sig -oa attest -od audit
    getcommandauditdigest -hk 80000000 -pwdk key -os sig -oa attest
    verifysignature -hk 80000000 -if attest -is sig`,

  'an index that only its policy deletes': `
    startauthsession -se t
    policycommandcode -ha 03000000 -cc 11f
    policygetdigest -ha 03000000 -of deletion
    flushcontext -ha 03000000
    nvdefinespace -hi p -ha 01000000 -pwdn nnn -sz 16 -pol deletion +at pold
    ! nvundefinespace -hi p -ha 01000000
    ! nvundefinespacespecial -ha 01000000
    startauthsession -se p
    ! nvundefinespacespecial -ha 01000000 -se0 03000000 1
    policycommandcode -ha 03000000 -cc 11f
    nvundefinespacespecial -ha 01000000 -se0 03000000 1
    flushcontext -ha 03000000`,

  'sealed data under several sessions': `
    ${storageKey}
    create -hp 80000000 -pwdp sto -bl -kt f -kt p -if message -pwdk sea -opu k.pub -opr k.prv
    load -hp 80000000 -pwdp sto -ipu k.pub -ipr k.prv
    unseal -ha 80000001 -pwd sea -of unsealed
    ! unseal -ha 80000001 -pwd bad
    startauthsession -se h -hs 80000000 -sym aes
    unseal -ha 80000001 -pwd sea -of unsealed -se0 02000000 41
    startauthsession -se h -bi 80000001 -pwdb sea -sym xor
    unseal -ha 80000001 -pwd sea -of unsealed -se0 02000001 41
    startauthsession -se h -halg sha384 -sym aes
    unseal -ha 80000001 -pwd sea -of unsealed -se0 02000000 1 -se1 02000002 41
    ! startauthsession -se h
    flushcontext -ha 02000000
    flushcontext -ha 02000001
    flushcontext -ha 02000002`,

  'points on curves': `
    ${['bnp256', 'nistp256', 'nistp384']
      .map(
        (curve) => `
    eccparameters -cv ${curve}
    ecephemeral -ecc ${curve} -oq point`,
      )
      .join('')}
    ${storageKey}
    ${childKey('-dau -ecc bnp256')}
    commit -hk 80000001 -pwdk key -Ef e
    commit -hk 80000001 -pwdk key
    ! commit -hk 80000001 -pwdk bad`,

  'banks of PCRs': `
    pcrallocate -sha256
    power
    startup -c
    pcrread -ha 1 -halg sha1
    pcrread -ha 1 -halg sha256
    pcrallocate -sha1 -sha256
    power
    startup -c
    pcrread -ha 1 -halg sha1`,

  'commands of another vendor': `
    ! ntc2getconfig
    ! ntc2preconfig -prequired
    ! ntc2lockconfig -lock`,
}
