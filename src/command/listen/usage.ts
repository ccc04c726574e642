export const LISTEN_USAGE = `Usage: otel-remote-logger listen [options]

Receives the records of applications and keeps them in files, one JSON object a line. A record
is answered when it is on the disk, and what comes again is stored once.

  --dir <path>            where the files are: ./remote-logger-records
  --port <number>         8088; 0 for any that is free
  --host <address>        127.0.0.1. Another than that of this machine itself needs a token
  --token <token>         senders must give it, as Authorization: Bearer <token>. Better as the variable
                          REMOTE_LOGGER_LISTEN_TOKEN: others on the machine see what commands are given
  --tail                  prints records as they arrive
  --sync group|never      group: answers when the disk has what came, with one fsync for all that
                          waits. never: when the system has it; then it can be lost with the machine
  --max-file-bytes <size> another file is begun then, and each hour: 256MiB
  --retention <time>      removes files that are older, such as 12h, 30d, 2w: none
  --max-bytes <size>      removes the oldest files when all have more, such as 20GiB: no limit
  --max-body-bytes <size> of one POST, as it is sent and when it is inflated: 64MiB
  --max-keys <number>     Idempotency-Keys of the last day that are remembered at the most: 4000000
  --help                  shows this

SIGINT and SIGTERM end it when what is under way is answered.
`;
