<?php

namespace App\Jobs;

use Illuminate\Contracts\Queue\ShouldBeEncrypted;

class EncryptedTrial extends Trial implements ShouldBeEncrypted
{
}
