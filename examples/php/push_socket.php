<?php

/**
 * Pushes a message with nothing but a socket: no library and no handshake. One line of JSON goes out, one comes back.
 *
 *   TIDEWIRE_API_KEY=… php push_socket.php [CHANNEL [TEXT]]
 *
 * TIDEWIRE_HOST and TIDEWIRE_PORT say where the server is; 127.0.0.1 and 8080 unless given. The key crosses the network in
 * clear text, so the server takes it from its own machine only, unless it is configured otherwise.
 */

declare(strict_types=1);

const TIMEOUT_S = 5;

if (!extension_loaded('sockets')) {
    fail("PHP's sockets extension is missing. Install or enable it, or use push_http.php, which needs none.");
}

$key = getenv('TIDEWIRE_API_KEY');
if ($key === false || $key === '') {
    fail('Set TIDEWIRE_API_KEY to the key that the server printed when it started.');
}
$host = getenv('TIDEWIRE_HOST') ?: '127.0.0.1';
$port = (int) (getenv('TIDEWIRE_PORT') ?: 8080);

$answer = pushLine($host, $port, [
    'from' => 'api',
    'key' => $key,
    'channel' => $argv[1] ?? 'news',
    'data' => ['text' => $argv[2] ?? 'hello from PHP'],
    // Whoever gets no answer sends the same line again: under the same id the message is stored once.
    'id' => bin2hex(random_bytes(12)),
]);

if ($answer['ok'] !== true) {
    fail("Refused: {$answer['error']['code']}: {$answer['error']['message']}");
}
$position = isset($answer['offset']) ? "{$answer['epoch']}:{$answer['offset']}" : 'no position';
echo "{$answer['channel']} {$position}, {$answer['subscribers']} subscribed\n";

/**
 * Sends one line and reads one back.
 *
 * @param array<string, mixed> $line
 * @return array<string, mixed>
 */
function pushLine(string $host, int $port, array $line): array
{
    $socket = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
    if ($socket === false) {
        fail('Cannot make a socket: ' . socket_strerror(socket_last_error()));
    }
    $timeout = ['sec' => TIMEOUT_S, 'usec' => 0];
    socket_set_option($socket, SOL_SOCKET, SO_SNDTIMEO, $timeout);
    socket_set_option($socket, SOL_SOCKET, SO_RCVTIMEO, $timeout);
    if (!@socket_connect($socket, $host, $port)) {
        fail("Cannot connect to {$host}:{$port}: " . socket_strerror(socket_last_error($socket)));
    }
    sendAll($socket, json_encode($line, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION) . "\n");
    $answer = json_decode(receiveLine($socket), true, flags: JSON_THROW_ON_ERROR);
    socket_close($socket);
    return $answer;
}

/** A socket may take less than it is given. */
function sendAll(Socket $socket, string $bytes): void
{
    while ($bytes !== '') {
        $written = socket_write($socket, $bytes);
        if ($written === false) {
            fail('Cannot send: ' . socket_strerror(socket_last_error($socket)));
        }
        $bytes = substr($bytes, $written);
    }
}

/** A line may come in several pieces. */
function receiveLine(Socket $socket): string
{
    $line = '';
    while (!str_ends_with($line, "\n")) {
        $piece = socket_read($socket, 65536, PHP_NORMAL_READ);
        if ($piece === false || $piece === '') {
            fail('The server sent no answer.');
        }
        $line .= $piece;
    }
    return $line;
}

function fail(string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit(1);
}
