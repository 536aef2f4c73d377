declare const BOOTLATCH_VERSION: string | undefined

const version = typeof BOOTLATCH_VERSION === 'undefined' ? 'development' : BOOTLATCH_VERSION

/** In the form that programs look for the number of swtpm in. */
export const swtpmVersion = `TPM emulator version 0.7.1, as Bootlatch ${version} serves it`

export const swtpmHelp = `Usage: swtpm socket --tpm2 [options]

Serves a virtual TPM 2.0 of Bootlatch to programs that start swtpm themselves.

--tpmstate dir=DIR          where the state lies; a TPM is made in an empty folder (or TPM_PATH=DIR)
--key file=FILE|fd=FD[,mode=aes-cbc|aes-256-cbc][,format=hex|binary][,remove=true]
--key pwdfile=FILE|pwdfd=FD[,mode=...][,kdf=...][,remove=true]
                            the key of the state. Without it a key is kept in DIR/vtpm.key, beside the state
                            it opens; BOOTLATCH_REQUIRE_KEY=1 in the environment refuses that
--migration-key ...         the key of the state that leaves the TPM; the state key, where none is given
--server type=tcp,port=PORT[,bindaddr=ADDRESS][,disconnect] | type=unixio,path=PATH[,mode=0600][,uid=UID][,gid=GID] | fd=FD
                            the data channel; -p PORT and -f FD are short for two of them
--ctrl type=tcp,port=PORT | type=unixio,path=PATH[,mode=0600][,uid=UID][,gid=GID] | fd=FD | clientfd=FD [,terminate]
                            the control channel
--flags not-need-init,startup-clear|startup-state|startup-none
--locality reject-locality-4,allow-set-locality
-t, --terminate             end with the data connection
-d, --daemon                serve in the background; return when it does
--pid file=FILE|fd=FD       where to write the process id
--log file=FILE|fd=FD[,prefix=TEXT][,truncate]   "-" logs nothing
-r, --runas USER
--print-capabilities, --print-states, --version, --help

Taken and without effect: --seccomp, level= of --log, mode= of --tpmstate (state files are their owner's alone).

Example, for a machine of QEMU:
  swtpm socket --tpm2 --tpmstate dir=/var/lib/tpm/web-1 --key file=/etc/keys/web-1,mode=aes-256-cbc,format=binary \\
    --ctrl type=unixio,path=/run/web-1.tpm,mode=0600 --terminate`

/** In the form that programs look for the number of swtpm in. */
export const setupVersion = `TPM emulator setup tool version 0.7.1, as Bootlatch ${version} provides it`

export const setupHelp = `Usage: swtpm_setup --tpm2 --tpm-state DIR [options]

Makes a virtual TPM 2.0 of Bootlatch for programs that start swtpm_setup themselves; 'bootlatch-agent tpm manufacture'
does the same for people.

--createek                  keep the endorsement keys at 0x81010001 (RSA 2048) and 0x81010016 (P-384)
--rsa-keysize 2048|3072     the size of the RSA endorsement key; the larger one lies at 0x8101001c
--allow-signing [--decryption]
                            endorsement keys that sign what they are given, which no profile knows
--create-spk [--ecc]        keep a storage root key at 0x81000001: RSA, or P-384
--create-ek-cert            certify them, in NV
--create-platform-cert      certify the platform too
--lock-nvram                let nobody write the certificates again
--vmid NAME                 whom the certificates name
--write-ek-cert-files DIR   write the certificates to files as well
--pcr-banks sha256,sha384   the PCR banks; sha256 alone where nothing is said, "-" for all
--keyfile FILE, --keyfile-fd FD, --pwdfile FILE, --pwdfile-fd FD, --cipher aes-128-cbc|aes-256-cbc
                            the key of the state; without it one is kept in DIR/vtpm.key
--overwrite, --not-overwrite, --reconfigure, --runas USER, --logfile FILE
--print-capabilities, --version, --help

The authority that certifies lies in BOOTLATCH_TPM_CA, else in /var/lib/bootlatch/tpm-ca or ~/.local/share/bootlatch/tpm-ca.
Taken and without effect: --tpm, --config, --swtpm_ioctl, --display, --decryption, --tcsd-system-ps-file.`
