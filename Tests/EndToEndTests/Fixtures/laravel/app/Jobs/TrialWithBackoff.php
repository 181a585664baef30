<?php

namespace App\Jobs;

class TrialWithBackoff extends Trial
{
    public $backoff = [3, 0];
}
