<?php

/**
 * Pushes a message over HTTP, with PHP alone: no extension and no library.
 *
 *   TIDEWIRE_API_KEY=… php push_http.php [CHANNEL [TEXT]]
 *
 * TIDEWIRE_URL says where the server is; http://127.0.0.1:8080 unless given.
 */

declare(strict_types=1);

const TIMEOUT_S = 5;
const ATTEMPTS = 3;

$key = getenv('TIDEWIRE_API_KEY');
if ($key === false || $key === '') {
    fail('Set TIDEWIRE_API_KEY to the key that the server printed when it started.');
}
$channel = $argv[1] ?? 'news';
$url = getenv('TIDEWIRE_URL') ?: 'http://127.0.0.1:8080';

// rawurlencode, since a / within a channel name must become %2F.
$answer = pushMessage($url . '/api/channels/' . rawurlencode($channel) . '/messages', $key, [
    'data' => ['text' => $argv[2] ?? 'hello from PHP'],
]);

$position = isset($answer['offset']) ? "{$answer['epoch']}:{$answer['offset']}" : 'no position';
echo "{$answer['channel']} {$position}, {$answer['subscribers']} subscribed\n";

/**
 * Pushes until there is an answer. All attempts carry one key, so that the message is stored once however often it arrives.
 *
 * @param array<string, mixed> $message
 * @return array<string, mixed>
 */
function pushMessage(string $url, string $key, array $message): array
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            "Authorization: Bearer {$key}",
            'Content-Type: application/json',
            'Idempotency-Key: ' . bin2hex(random_bytes(12)),
        ],
        'content' => json_encode($message, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION),
        'timeout' => TIMEOUT_S,
        'ignore_errors' => true,
    ]]);
    for ($attempt = 1; $attempt <= ATTEMPTS; $attempt++) {
        $body = @file_get_contents($url, false, $context);
        $status = $body === false ? 0 : (int) explode(' ', $http_response_header[0])[1];
        if ($status === 201) {
            return json_decode($body, true, flags: JSON_THROW_ON_ERROR);
        }
        if ($status !== 0 && $status !== 429 && $status < 500) {
            break;
        }
        if ($attempt < ATTEMPTS) {
            sleep($attempt);
        }
    }
    if ($status === 0) {
        fail("No answer from {$url}.");
    }
    $error = json_decode($body, true)['error'] ?? ['code' => (string) $status, 'message' => $body];
    fail("Refused: {$error['code']}: {$error['message']}");
}

function fail(string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit(1);
}
