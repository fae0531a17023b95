<?php
// A backend that Tidewire asks what clients may do, and tells what happened.
//
//   export BACKEND_SECRET=whsec_…
//   php -S 127.0.0.1:9000 backend.php

declare(strict_types=1);

const WORST_WORDS = '/\b(damn|crap)\b/i';

/** Whether the request comes from a Tidewire that knows the secret, and is not an old one that somebody repeats. */
function is_from_tidewire(string $body): bool
{
    $key = base64_decode(substr((string) getenv('BACKEND_SECRET'), strlen('whsec_')));
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($key === '' || abs(time() - (int) $time) > 300) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

/** Who a client is. Here the token is the name itself; a site would look up its own session. */
function connect(array $question): array
{
    if (!isset($question['token'])) {
        return ['allow' => false, 'reason' => 'sign_in', 'message' => 'Please sign in.'];
    }
    return ['allow' => true, 'user' => $question['token'], 'subscribe' => ['news']];
}

/** Who receives a channel: rooms of a team are for its members. */
function subscribe(array $question): array
{
    $isMember = str_starts_with($question['user'] ?? '', 'ann');
    return $isMember ? ['allow' => true] : ['allow' => false, 'message' => 'This room is for members.'];
}

/** What may be published: a word filter for a chat, or for comments that fly over a video. */
function publish(array $question): array
{
    $text = $question['data']['text'] ?? '';
    if (!is_string($text) || $text === '') {
        return ['allow' => false, 'reason' => 'empty', 'message' => 'Write something.'];
    }
    return ['allow' => true, 'data' => ['text' => preg_replace(WORST_WORDS, '***', $text)]];
}

/** What a client calls. */
function rpc(array $question): array
{
    if ($question['method'] !== 'sum') {
        return ['allow' => false, 'reason' => 'unknown_method'];
    }
    return ['allow' => true, 'data' => array_sum($question['data'])];
}

/** What happened. An event may come twice: a real backend remembers the ids that it has seen. */
function remember(array $events): void
{
    foreach ($events as $event) {
        error_log("told {$event['type']} " . ($event['channel'] ?? $event['user'] ?? $event['connection']));
    }
}

$body = (string) file_get_contents('php://input');
if (!is_from_tidewire($body)) {
    http_response_code(401);
    exit;
}
$question = json_decode($body, true, 128, JSON_THROW_ON_ERROR);
if (isset($question['events'])) {
    remember($question['events']);
    http_response_code(204);
    exit;
}
header('Content-Type: application/json');
echo json_encode(match ($question['hook']) {
    'connect' => connect($question),
    'subscribe' => subscribe($question),
    'publish' => publish($question),
    'rpc' => rpc($question),
});
