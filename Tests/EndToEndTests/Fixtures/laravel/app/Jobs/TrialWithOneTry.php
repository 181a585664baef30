<?php

namespace App\Jobs;

class TrialWithOneTry extends Trial
{
    public $tries = 1;
}
